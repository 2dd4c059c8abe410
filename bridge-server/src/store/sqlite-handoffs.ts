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
import { acceptedStatement, countFrom, countsStatement, type DestinationCountRow } from "./destination-counts.ts";
import { reading } from "./sqlite-file.ts";
import { talliesFrom, tallyStatement, type TallyRow } from "./tallies.ts";
import type { HandoffMembers, Store } from "./store.ts";

export const sqliteDialect: Dialect = { table: "handoff", parameter: (n) => `?${n}`, time: (iso) => new Date(iso).getTime() };

/** Lists of handoffs as the store answers them. */
export function handoffsIn(db: DatabaseSync): Pick<Store, HandoffMembers> {
  const changes = db.prepare(changesStatement(sqliteDialect).text);
  const counts = db.prepare(countsStatement(sqliteDialect).text);
  const last = db.prepare(lastChangeStatement(sqliteDialect).text);
  return {
    handoffs: (query) =>
      reading(() => {
        const { text, values } = pageStatement(query, sqliteDialect);
        const rows = db.prepare(text).all(...(values as (string | number)[])); // what a query holds, and times as numbers
        return pageFrom(rows as unknown as HandoffRow[], query.limit); // its statement selects exactly these
      }),
    handoffChanges: (after, limit) => reading(() => changes.all(after, limit).map((row) => listedFrom(row as unknown as HandoffRow))),
    destinationCounts: (site, since) =>
      reading(() => counts.all(site, new Date(since).getTime()).map((row) => countFrom(row as unknown as DestinationCountRow))),
    lastAcceptedAt: (site, destination) =>
      reading(() => {
        const asked = destination === null ? [site] : [site, destination];
        const at = db.prepare(acceptedStatement(sqliteDialect, destination).text).get(...asked)?.["at"];
        return typeof at === "number" ? new Date(at).toISOString() : null;
      }),
    tallies: (query) =>
      reading(() => {
        const { text, values } = tallyStatement(query, "", sqliteDialect.parameter);
        return talliesFrom(db.prepare(text).all(...values) as TallyRow[], query.by); // its statement selects exactly these
      }),
    lastHandoffChange: () => reading(() => Number(last.get()?.["change"] ?? 0)),
  };
}
