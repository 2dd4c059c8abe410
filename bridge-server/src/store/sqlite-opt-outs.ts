import type { DatabaseSync } from "node:sqlite";
import { optOutsStatement, optOutsValues } from "./opt-outs.ts";
import { reading } from "./sqlite-file.ts";
import type { Store } from "./store.ts";

const parameter = (n: number) => `?${n}`;

/** As SQLite is asked who wants no more messages. */
export const sqliteOptOuts = optOutsStatement({
  schema: "",
  parameter,
  moment: parameter,
  typeOf: (table) => `${table}.body ->> '$.type'`,
  sawOf: (table) => `${table}.body ->> '$.saw'`,
});

/** Who wants no more messages, as the store answers it. */
export function optOutsIn(db: DatabaseSync): Pick<Store, "optOuts"> {
  const found = db.prepare(sqliteOptOuts.text);
  return {
    optOuts: (query) =>
      reading(() =>
        found.all(...optOutsValues(query, Date.parse)).map((row) => ({
          key: { site: String(row["site"]), id: String(row["conversation"]) },
          at: new Date(Number(row["at"])).toISOString(),
          body: JSON.parse(String(row["body"])) as unknown,
        })),
      ),
  };
}
