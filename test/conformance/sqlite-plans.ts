import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";

/** How SQLite would answer a statement on a new store of ours, step by step. */
export function sqlitePlans(): (text: string) => string[] {
  const path = join(mkdtempSync(join(tmpdir(), "baton-plans-")), "bridge.db");
  void sqliteStore(path).close();
  const db = new DatabaseSync(path, { readOnly: true });
  return (text) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map(({ detail }) => String(detail));
}
