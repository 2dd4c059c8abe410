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
import type { Connections } from "./postgres-pool.ts";
import type { HandoffMembers, Store } from "./store.ts";
import { talliesFrom, tallyStatement, type TallyRow } from "./tallies.ts";

export const postgresDialect: Dialect = { table: "baton.handoff", parameter: (n) => `$${n}`, time: (iso) => new Date(iso) };

/** Lists of handoffs as the store answers them. */
export function handoffsOver({ ask }: Connections): Pick<Store, HandoffMembers> {
  return {
    async handoffs(query) {
      const { values, ...statement } = pageStatement(query, postgresDialect);
      return pageFrom(await ask<HandoffRow>(statement, values), query.limit);
    },
    async handoffChanges(after, limit) {
      return (await ask<HandoffRow>(changesStatement(postgresDialect), [after, limit])).map(listedFrom);
    },
    async destinationCounts(site, since) {
      return (await ask<DestinationCountRow>(countsStatement(postgresDialect), [site, new Date(since)])).map(countFrom);
    },
    async lastAcceptedAt(site, destination) {
      const asked = destination === null ? [site] : [site, destination];
      const [row] = await ask<{ at: Date | null }>(acceptedStatement(postgresDialect, destination), asked);
      return row?.at?.toISOString() ?? null;
    },
    async tallies(query) {
      const { values, ...statement } = tallyStatement(query, "baton.", postgresDialect.parameter);
      return talliesFrom(await ask<TallyRow>(statement, values), query.by);
    },
    async lastHandoffChange() {
      const [row] = await ask<{ change: number | null }>(lastChangeStatement(postgresDialect), []);
      return row?.change ?? 0;
    },
  };
}
