import { optOutsStatement, optOutsValues } from "./opt-outs.ts";
import type { Connections } from "./postgres-pool.ts";
import type { Store } from "./store.ts";

/** As PostgreSQL is asked who wants no more messages. */
export const postgresOptOuts = optOutsStatement({
  schema: "baton.",
  parameter: (n) => `$${n}`,
  moment: (n) => `CAST($${n} AS timestamptz)`,
  typeOf: (table) => `substring(${table}.body::text FROM '"type":"(\\w+)"')`,
  sawOf: (table) => `CAST(substring(${table}.body::text FROM '"saw":(\\d+)') AS int)`,
});

/** Who wants no more messages, as the store answers it. */
export function optOutsOver({ ask }: Connections): Pick<Store, "optOuts"> {
  return {
    async optOuts(query) {
      const rows = await ask<{ site: string; conversation: string; at: Date; body: unknown }>(postgresOptOuts, [
        ...optOutsValues(query, (at) => at),
      ]);
      return rows.map(({ site, conversation: id, at, body }) => ({ key: { site, id }, at: at.toISOString(), body }));
    },
  };
}
