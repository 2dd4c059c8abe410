import { connectionsTo } from "./postgres-pool.ts";

interface Settings {
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  standbys: number;
  waits_for: string;
  connections: number;
}

/**
 * What in a database's own settings may cost acknowledged lines, or keep bridges from connecting: one sentence each, for whoever
 * runs it. A store cannot promise more than its database does.
 */
export async function doubtsAboutPostgres(url: string, { most = 10 }: { most?: number } = {}): Promise<string[]> {
  const connections = connectionsTo(url, { most: 1 });
  try {
    const [settings] = await connections.ask<Settings>({ name: "baton_doubts_1", text: SETTINGS }, []);
    return settings ? doubtsIn(settings, most) : [];
  } finally {
    await connections.close();
  }
}

function doubtsIn({ fsync, full_page_writes, synchronous_commit, standbys, waits_for, connections }: Settings, most: number): string[] {
  const doubts: string[] = [];
  if (fsync === "off") doubts.push("fsync is off: a power cut loses lines that visitors were told are sent. Turn it on.");
  if (full_page_writes === "off") doubts.push("full_page_writes is off: a power cut may damage the database. Turn it on.");
  if (synchronous_commit === "off") {
    doubts.push("synchronous_commit is off: a crash of the database loses lines that visitors were told are sent. Turn it on.");
  }
  if (standbys > 0 && (waits_for === "" || synchronous_commit === "local" || synchronous_commit === "off")) {
    doubts.push(
      "The database has a standby and does not wait for it: after a failover lines are missing that visitors were told are sent. " +
        "Set synchronous_standby_names, and synchronous_commit to on.",
    );
  }
  if (connections < 3 * (most + 1)) {
    doubts.push(`max_connections is ${connections}: each bridge takes up to ${most + 1}, so there is hardly room for a rolling restart.`);
  }
  return doubts;
}

const SETTINGS = `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
  current_setting('synchronous_commit') AS synchronous_commit, current_setting('synchronous_standby_names') AS waits_for,
  current_setting('max_connections')::int AS connections, (SELECT count(*) FROM pg_stat_replication)::int AS standbys`;
