import type { DatabaseSync } from "node:sqlite";
import { endingFrom, endingStatements, type EndingRow } from "./endings.ts";
import { reading } from "./sqlite-file.ts";
import type { Store } from "./store.ts";

/** Conversations in the order in which they ended, as the store answers them. */
export function endingsIn(db: DatabaseSync): Pick<Store, "endings" | "endingsOf"> {
  const { after, of } = endingStatements("", (n) => `?${n}`);
  const [ended, numbers] = [db.prepare(after.text), db.prepare(of.text)];
  return {
    endings: (number, limit) => reading(() => ended.all(number, limit).map((row) => endingFrom(row as unknown as EndingRow))), // its statement selects exactly these
    endingsOf: ({ site, id }) => reading(() => numbers.all(site, id).map((row) => Number(row["number"]))),
  };
}
