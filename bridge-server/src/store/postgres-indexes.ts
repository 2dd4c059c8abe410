import type { Connections } from "./postgres-pool.ts";

/** Any number will do that nobody else in the database uses. */
const BUILDERS_LOCK = 7_205_759_403_792_795;

/**
 * What makes reading quick and nothing wrong while it is missing. Tables that everybody writes to get it here rather than in a
 * migration, which would hold up every write until it has read them from end to end.
 */
export const indexes = {
  // Each gives an operator's conversations in order, the latest to begin first. What changes with every line is in none of them.
  conversation_began: "baton.conversation (began_at, site, id)",
  conversation_site: "baton.conversation (site, began_at, id)",
  conversation_phase: "baton.conversation ((lifecycle ->> 'phase'), began_at, site, id)",
  conversation_id: 'baton.conversation (id COLLATE "C")', // byte by byte, so that it finds what begins alike
  // Who wants no more messages, found among notes of everything else. `->>` would read all of a note, and fail at what people do write in some.
  note_opt_out: `baton.note (site, at, conversation) WHERE substring(body::text FROM '"type":"(\\w+)"') = 'opted_out'`,
  // For operators, and for whoever erases a conversation: both read every name there was.
  name_conversation: "baton.name (site, conversation)",
};

/**
 * Builds the indexes that are missing, and those whose building was cut off, while everybody goes on writing. One bridge does; another
 * that starts meanwhile does not wait for it. Returns what was built.
 */
export async function buildIndexes(connections: Connections): Promise<string[]> {
  if ((await missing(connections)).length === 0) return []; // the usual start takes no lock
  return connections.alone(async (db) => {
    await db.query("SET statement_timeout = 0");
    await db.query("SET lock_timeout = 0"); // it waits for everybody who began before it, and nobody waits for it
    // Not waited for: a statement that waits for this lock would itself be waited for by the building of an index.
    const { rows } = await db.query<{ isMine: boolean }>('SELECT pg_try_advisory_lock($1) AS "isMine"', [BUILDERS_LOCK]);
    if (!rows[0]?.isMine) return [];
    const built: string[] = [];
    for (const [name, on] of await missing(connections)) {
      await db.query(`DROP INDEX CONCURRENTLY IF EXISTS baton.${name}`);
      await db.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`);
      built.push(name);
    }
    return built;
  });
}

const usable = {
  name: "usable-indexes",
  text: `SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indisvalid AND relnamespace = to_regnamespace('baton')`,
};

async function missing({ ask }: Connections): Promise<[name: string, on: string][]> {
  const there = new Set((await ask<{ name: string }>(usable, [])).map(({ name }) => name));
  return Object.entries(indexes).filter(([name]) => !there.has(name));
}
