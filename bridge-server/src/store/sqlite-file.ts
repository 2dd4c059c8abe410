import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "./store.ts";

/** After so many pages the log is carried over into the tables and begun again from its start. */
const LOG_PAGES = 4000;

/**
 * Opens a database file, makes it this bridge's alone until it is closed, brings its tables up to date, and makes the work that
 * was under way when its last bridge went due again.
 * What can go wrong at a start is told in one sentence for whoever started it. `open` may give a file that others have begun.
 */
export function openSqliteFile(path: string, now: () => Date, open = () => new DatabaseSync(path)): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    // One folder, not the way to it: a missing way is more often a slip of the pen than a wish.
    if (path !== ":memory:" && !existsSync(dirname(path))) mkdirSync(dirname(path));
    db = open();
    // Exclusive before WAL: the lock is taken at once, and the log's index lives in memory instead of a shared file.
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    migrate(db, path, now);
    takeOverWork(db);
    if (path !== ":memory:") stretchLog(db);
    // What is erased is overwritten, not left in the file's free pages until something else needs them (I-19).
    db.exec("PRAGMA secure_delete = ON");
    // No mmap: a disk that fails under a mapped page kills the process instead of failing one call.
    db.exec(`PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = ${LOG_PAGES};`);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof NewerDatabase ? error : new Error(sentence(error, path), { cause: error });
  }
}

/**
 * Gives the log its full length at once, by writing it full and taking that back. Measured: flushing a file that grows
 * takes about twice as long as flushing one that keeps its length, because the new length must reach the disk as well.
 */
function stretchLog(db: DatabaseSync): void {
  db.exec("PRAGMA cache_size = 16"); // what does not fit is written to the log before its transaction ends
  db.exec(`BEGIN IMMEDIATE; CREATE TABLE blank (page BLOB); INSERT INTO blank VALUES (zeroblob(${LOG_PAGES} * 4096)); ROLLBACK;`);
}

function migrate(db: DatabaseSync, path: string, now: () => Date): void {
  // Taken even if nothing is to be done: a file that cannot be written is found out now, not at the first message.
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT");
    const done = Number(db.prepare("SELECT coalesce(max(number), 0) AS number FROM migration").get()?.["number"]);
    const all = migrations();
    const newest = all.at(-1)?.number ?? 0;
    if (done > newest) throw new NewerDatabase(`${path} was written by a newer version of Baton (${done}, this one knows ${newest}).`);
    const note = db.prepare("INSERT INTO migration VALUES (?, ?, ?)");
    for (const { number, name, sql } of all.filter(({ number }) => number > done)) {
      note.run(number, name, now().getTime());
      db.exec(sql());
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** The file is ours alone, so nobody is left of those who had claimed work here: it is due as it was before. */
function takeOverWork(db: DatabaseSync): void {
  db.exec("UPDATE job SET is_claimed = 0 WHERE is_claimed = 1");
}

/** The folder is the list: `0001-conversations.sqlite.sql` is number 1. */
function migrations() {
  const folder = new URL("./migrations/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sqlite.sql"))
    .sort()
    .map((name) => ({ name, number: Number.parseInt(name, 10), sql: () => readFileSync(new URL(name, folder), "utf8") }));
}

class NewerDatabase extends Error {}

function sentence(error: unknown, path: string): string {
  switch (primaryCode(error)) {
    case 5: // SQLITE_BUSY
      return `${path} is in use: another bridge is running on it.`;
    case 8: // SQLITE_READONLY
      return `${path} may not be written.`;
    case 11: // SQLITE_CORRUPT
      return `${path} is damaged: restore it from a copy.`;
    case 13: // SQLITE_FULL
      return `There is no space left for ${path}.`;
    case 14: // SQLITE_CANTOPEN
      return `${path} cannot be opened: its folder may not be written, or it is not a file.`;
    case 26: // SQLITE_NOTADB
      return `${path} is not a database: name another file, or move it away.`;
    default:
      return `${path} cannot be used: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Tells a file that cannot be used now from a bug, which stays what it is. */
export function orUnavailable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // Busy, locked, read-only, broken disk, damaged, full, gone, not a database; or closed by ourselves.
  const mayPass = [5, 6, 8, 10, 11, 13, 14, 26].includes(primaryCode(error) ?? 0);
  if (mayPass) return new StoreUnavailable(`SQLite: ${error.message}`, { cause: error });
  if ("code" in error && error.code === "ERR_INVALID_STATE") return new StoreUnavailable("the store is closed", { cause: error });
  return error;
}

/** What cannot be read now is told from a bug. */
export async function reading<T>(read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    throw orUnavailable(error);
  }
}

function primaryCode(error: unknown): number | null {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : null;
}
