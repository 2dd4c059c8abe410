import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";
import type { Connections } from "./postgres-pool.ts";
import { StoreUnavailable } from "./store.ts";

/** Any number will do that nobody else in the database uses. */
const STARTERS_LOCK = 7_205_759_403_792_793;
const OLDEST_SERVER = 15;

/**
 * A change of a table waits no longer than this for those who use the table, because everybody else waits behind it.
 * Then it steps back and tries again.
 */
const STEP_BACK_AFTER_MS = 2_000;
const TRIES = 15;
/** What fills a new table from old ones takes as long as there is to read. Everything else that is asked of a database has seconds. */
const DONE_WITHIN_MS = 24 * 60 * 60 * 1_000;

/**
 * Brings the tables up to date, whoever else is starting at this moment and whoever is working. Returns the names of what was done.
 * A database that a newer Baton has changed is refused, and so is one that cannot keep what it acknowledges.
 */
export async function migratePostgres(connections: Connections, all = migrations()): Promise<string[]> {
  const done: string[] = [];
  for (let tries = 1; ; tries++) {
    try {
      while (await inTurn(connections, all, done));
      return done;
    } catch (error) {
      if (tries === TRIES || !isStillUsed(error)) throw error;
    }
  }
}

/** Does the first migration that is missing, in a transaction of its own. Returns whether there was one. */
async function inTurn(connections: Connections, all: Migration[], done: string[]): Promise<boolean> {
  return connections.inTransaction(async (db) => {
    await checkServer(db);
    if (isRecent(await lastDone(db), all)) return false; // the usual start takes no lock
    await db.query("SET LOCAL lock_timeout = 0"); // whoever started first may take long
    await db.query("SET LOCAL statement_timeout = 0");
    await db.query(unhurried("SELECT pg_advisory_xact_lock($1)", [STARTERS_LOCK]));
    await db.query(`SET LOCAL lock_timeout = ${STEP_BACK_AFTER_MS}`);
    await db.query("CREATE SCHEMA IF NOT EXISTS baton");
    await db.query(
      "CREATE TABLE IF NOT EXISTS baton.migration (number int PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())",
    );
    const last = await lastDone(db);
    const next = all.find(({ number }) => number > last);
    if (next === undefined) return false; // somebody else was faster
    await db.query("INSERT INTO baton.migration (number, name) VALUES ($1, $2)", [next.number, next.name]);
    await db.query(unhurried(next.sql()));
    done.push(next.name);
    return true;
  });
}

/** The driver takes a time of its own for each, which its types do not know. */
function unhurried(text: string, values?: unknown[]) {
  return { text, query_timeout: DONE_WITHIN_MS, ...(values && { values }) };
}

async function lastDone(db: pg.ClientBase): Promise<number> {
  const { rows: tables } = await db.query<{ found: string | null }>("SELECT to_regclass('baton.migration') AS found");
  if (!tables[0]?.found) return 0;
  const { rows } = await db.query<{ number: number | null }>("SELECT max(number) AS number FROM baton.migration");
  return rows[0]?.number ?? 0;
}

function isRecent(last: number, all: Migration[]): boolean {
  const newest = all.at(-1)?.number ?? 0;
  if (last > newest) {
    throw new UnfitDatabase(
      `The database was changed by a newer version of Baton (${last}, this one knows ${newest}): start that version.`,
    );
  }
  return last === newest;
}

async function checkServer(db: pg.ClientBase): Promise<void> {
  const { rows } = await db.query<{ version: string; replica: boolean }>(
    "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS replica",
  );
  const { version = "0", replica = false } = rows[0] ?? {};
  if (Number.parseInt(version, 10) < OLDEST_SERVER) {
    throw new UnfitDatabase(`PostgreSQL ${version} is too old: Baton needs ${OLDEST_SERVER} or newer.`);
  }
  if (replica) throw new UnfitDatabase("The database is a replica, which cannot be written: name the primary.");
}

interface Migration {
  number: number;
  name: string;
  sql(): string;
}

/** The folder is the list: `0001-conversations.postgres.sql` is number 1. */
export function migrations(): Migration[] {
  const folder = new URL("./migrations/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".postgres.sql"))
    .sort()
    .map((name) => ({ name, number: Number.parseInt(name, 10), sql: () => readFileSync(new URL(name, folder), "utf8") }));
}

/** Waiting will not help: somebody must name another database, or start another version. */
class UnfitDatabase extends Error {
  override name = "UnfitDatabase";
}

const isStillUsed = (error: unknown) =>
  error instanceof StoreUnavailable && error.cause instanceof Error && "code" in error.cause && error.cause.code === "55P03";
