import type { ConversationKey } from "./store.ts";

export interface OptOutsQuery {
  site: string;
  /** What the keys begin with under which a channel's wishes are noted. */
  begins: string;
  /** The last one that is known: what is asked for comes after it. */
  before?: Pick<OptOut, "at" | "key">;
  limit: number;
}

/** That a visitor without a browser wants no more messages, as it was noted. */
export interface OptOut {
  key: ConversationKey;
  /** ISO 8601. */
  at: string;
  body: unknown;
}

/** What differs between the databases. */
interface Dialect {
  schema: "" | "baton.";
  parameter(n: number): string;
  /** A parameter that is a time. */
  moment(n: number): string;
  /** What a note of a table is, as the index `note_opt_out` has it. */
  typeOf(table: string): string;
  /** Of a wish that an operator has passed on, the number of the last one that they knew of; else nothing. */
  sawOf(table: string): string;
}

/**
 * The last that holds of all that a visitor wishes, the latest first. It is found by an index on those notes alone. What an operator has
 * passed on holds where the visitor and the platform have said nothing since that operator looked (`wishesIn`).
 */
export function optOutsStatement({ schema, parameter, moment, typeOf, sawOf }: Dialect) {
  const wishes = (table: string, of: string, after: string) => `${schema}note AS ${table}
          WHERE ${table}.site = ${of}.site AND ${table}.conversation = ${of}.conversation AND ${table}.seq > ${after}
            AND ${typeOf(table)} IN ('opted_out', 'opted_in')`;
  const holds = (table: string) => `NOT EXISTS (
          SELECT 1 FROM ${wishes(`${table}_theirs`, table, sawOf(table))}
            AND ${table}_theirs.seq < ${table}.seq AND ${sawOf(`${table}_theirs`)} IS NULL)`;
  return {
    name: "baton_opt_outs_2",
    text: `SELECT n.site, n.conversation, n.at, n.body FROM ${schema}note AS n
      WHERE ${typeOf("n")} = 'opted_out' AND n.site = ${parameter(1)}
        AND substr(n.conversation, 1, length(CAST(${parameter(2)} AS text))) = ${parameter(2)}
        AND (n.at < ${moment(3)} OR n.at = ${moment(3)} AND n.conversation < ${parameter(4)})
        AND ${holds("n")}
        AND NOT EXISTS (
          SELECT 1 FROM ${wishes("later", "n", "n.seq")}
            AND ${holds("later")})
      ORDER BY n.at DESC, n.conversation DESC LIMIT ${parameter(5)}`,
  };
}

/** Later than any. */
const LAST = "9999-01-01T00:00:00.000Z";

export function optOutsValues<At>({ site, begins, before, limit }: OptOutsQuery, momentOf: (at: string) => At) {
  return [site, begins, momentOf(before?.at ?? LAST), before?.key.id ?? "", limit] as const;
}
