import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ClientBase } from "pg";
import { systemClock } from "../clock.ts";
import { movedTables, type MovedTable } from "./move-tables.ts";
import { buildIndexes } from "./postgres-indexes.ts";
import { migratePostgres } from "./postgres-migrations.ts";
import { connectionsTo } from "./postgres-pool.ts";
import { openSqliteFile } from "./sqlite-file.ts";

const BATCH = 500;

export interface MovedRows {
  table: string;
  rows: number;
  /** SHA-256 of every row, which both sides were found to agree on. */
  digest: string;
}

/** What keeps a move from being made, in a sentence for whoever wanted it. */
export class MoveError extends Error {
  override name = "MoveError";
}

/**
 * Copies a SQLite store into an empty PostgreSQL database: all of it, read back and found equal, or nothing. The file is left as it
 * is. While a bridge holds the file, and while anybody writes to the database, nothing is moved.
 */
export async function moveToPostgres(
  file: string,
  url: string,
  { now = systemClock.now }: { now?: () => Date } = {},
): Promise<MovedRows[]> {
  const from = openSqliteFile(file, now);
  const to = connectionsTo(url, { most: 1, name: "baton move" });
  try {
    refuseUnknownTables(from, file);
    await migratePostgres(to);
    const moved = await to.inTransaction(async (db) => {
      await db.query(`LOCK TABLE ${movedTables.map(({ name }) => `baton.${name}`).join(", ")} IN ACCESS EXCLUSIVE MODE`);
      await refuseFilled(db);
      const triggers = (can: "ENABLE" | "DISABLE") =>
        Promise.all(["note", "handoff"].map((table) => db.query(`ALTER TABLE baton.${table} ${can} TRIGGER USER`)));
      await triggers("DISABLE"); // what follows from notes is moved as it stands, with its numbers
      for (const table of movedTables) await copy(from, db, table);
      await triggers("ENABLE");
      await keepCounting(from, db);
      const tables: MovedRows[] = [];
      for (const table of movedTables) tables.push(await compared(from, db, table));
      return tables;
    });
    await buildIndexes(to);
    return moved;
  } finally {
    from.close();
    await to.close();
  }
}

function refuseUnknownTables(from: DatabaseSync, file: string): void {
  const known = new Set([...movedTables.map(({ name }) => name), "seen", "migration", "job_ids", "audit_end"]);
  const rows = from.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").all();
  const unknown = rows.map(({ name }) => String(name)).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new MoveError(`${file} holds what this version does not know how to move: ${unknown.join(", ")}.`);
}

async function refuseFilled(db: ClientBase): Promise<void> {
  for (const { name } of movedTables) {
    const { rowCount } = await db.query(`SELECT FROM baton.${name} LIMIT 1`);
    if (rowCount !== 0) throw new MoveError(`The database is not empty: its table ${name} has rows. Name an empty one.`);
  }
}

async function copy(from: DatabaseSync, db: ClientBase, { source, insert }: MovedTable): Promise<void> {
  let batch: unknown[] = [];
  for (const row of from.prepare(source).iterate()) {
    if (batch.push(row) < BATCH) continue;
    await db.query(insert, [JSON.stringify(batch)]);
    batch = [];
  }
  if (batch.length > 0) await db.query(insert, [JSON.stringify(batch)]);
}

/** A job's id is never used again, also not the ids of jobs that are done. Endings, deeds and changes of handoffs are counted on. */
async function keepCounting(from: DatabaseSync, db: ClientBase): Promise<void> {
  const last = Number(from.prepare("SELECT reserved FROM job_ids").get()?.["reserved"]);
  if (last > 0) await db.query("SELECT setval(pg_get_serial_sequence('baton.job', 'id'), $1)", [last]);
  await db.query(
    "SELECT setval(pg_get_serial_sequence('baton.ending', 'number'), max(number)) FROM baton.ending HAVING max(number) IS NOT NULL",
  );
  await db.query("UPDATE baton.audit_end SET number = $1, hash = $2", endOfAudit(from));
  await db.query("SELECT setval('baton.handoff_change', max(change)) FROM baton.handoff HAVING max(change) IS NOT NULL");
}

function endOfAudit(from: DatabaseSync): unknown[] {
  const row = from.prepare("SELECT number, hash FROM audit_end").get();
  return [row?.["number"], row?.["hash"]];
}

async function compared(from: DatabaseSync, db: ClientBase, { name, source, columns, readBack }: MovedTable): Promise<MovedRows> {
  const written = digestOf(columns);
  for (const row of from.prepare(source).iterate()) written.add(row);
  const found = digestOf(columns);
  await db.query(`DECLARE back NO SCROLL CURSOR FOR ${readBack}`);
  for (;;) {
    const { rows } = await db.query<Record<string, unknown>>(`FETCH ${BATCH} FROM back`);
    if (rows.length === 0) break;
    for (const row of rows) found.add(row);
  }
  await db.query("CLOSE back");
  const [expected, actual] = [written.end(), found.end()];
  if (expected.digest !== actual.digest) {
    throw new MoveError(
      `The table ${name} did not arrive as it was: ${expected.rows} rows left, ${actual.rows} arrived. Nothing was moved.`,
    );
  }
  return { table: name, ...actual };
}

function digestOf(columns: string[]) {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    add(row: Record<string, unknown>): void {
      rows++;
      hash.update(`${JSON.stringify(columns.map((column) => row[column] ?? null))}\n`);
    },
    end: () => ({ rows, digest: hash.digest("hex") }),
  };
}
