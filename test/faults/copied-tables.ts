import { DatabaseSync } from "node:sqlite";
import { openSqliteFile } from "@baton/bridge-server/store/sqlite-file";

let tables: Uint8Array | undefined;

/**
 * A new database in memory, as the bridge opens it, but with the tables copied from the first one: where stories are played by the
 * hundred, making them each time took most of the time.
 */
export function openCopiedTables(now: () => Date): DatabaseSync {
  const copied = (tables ??= made(now));
  return openSqliteFile(":memory:", now, () => {
    const db = new DatabaseSync(":memory:");
    db.deserialize(copied);
    return db;
  });
}

function made(now: () => Date): Uint8Array {
  const db = openSqliteFile(":memory:", now);
  const copy = db.serialize();
  db.close();
  return copy;
}
