import type { DatabaseSync } from "node:sqlite";
import {
  changesStatement,
  lastChangeStatement,
  listedFrom,
  pageFrom,
  pageStatement,
  type Dialect,
  type HandoffRow,
} from "./handoff-list.ts";
import { reading } from "./sqlite-file.ts";
import type { Store } from "./store.ts";

export const sqliteDialect: Dialect = { table: "handoff", parameter: (n) => `?${n}`, time: (iso) => new Date(iso).getTime() };

/** Lists of handoffs as the store answers them. */
export function handoffsIn(db: DatabaseSync): Pick<Store, "handoffs" | "handoffChanges" | "lastHandoffChange"> {
  const changes = db.prepare(changesStatement(sqliteDialect).text);
  const last = db.prepare(lastChangeStatement(sqliteDialect).text);
  return {
    handoffs: (query) =>
      reading(() => {
        const { text, values } = pageStatement(query, sqliteDialect);
        const rows = db.prepare(text).all(...(values as (string | number)[])); // what a query holds, and times as numbers
        return pageFrom(rows as unknown as HandoffRow[], query.limit); // its statement selects exactly these
      }),
    handoffChanges: (after, limit) => reading(() => changes.all(after, limit).map((row) => listedFrom(row as unknown as HandoffRow))),
    lastHandoffChange: () => reading(() => Number(last.get()?.["change"] ?? 0)),
  };
}
