import { endingFrom, endingStatements, type EndingRow } from "./endings.ts";
import type { Connections } from "./postgres-pool.ts";
import type { Store } from "./store.ts";

const sql = endingStatements("baton.", (n) => `$${n}`);

/** Conversations in the order in which they ended, as the store answers them. */
export function endingsOver({ ask }: Connections): Pick<Store, "endings" | "endingsOf"> {
  return {
    endings: async (after, limit) => (await ask<EndingRow>(sql.after, [after, limit])).map(endingFrom),
    endingsOf: async ({ site, id }) => (await ask<Pick<EndingRow, "number">>(sql.of, [site, id])).map(({ number }) => number),
  };
}
