import type { ConversationKey } from "./store.ts";

/** That a conversation has ended, or that something came of it afterwards. */
export interface Ending {
  /** Those that came later have higher ones. */
  number: number;
  key: ConversationKey;
  /** ISO 8601. */
  at: string;
}

/** As both databases give it. */
export interface EndingRow {
  number: number;
  site: string;
  conversation: string;
  at: Date | number;
}

/** The statements, which both databases understand but for where their tables are and what they call a parameter. */
export function endingStatements(schema: "" | "baton.", parameter: (n: number) => string) {
  return {
    /** Of each conversation only what came last. */
    after: {
      name: "baton_endings_1",
      text: `SELECT number, site, conversation, at FROM ${schema}ending AS e
        WHERE number > ${parameter(1)} AND NOT EXISTS (
          SELECT 1 FROM ${schema}ending AS later
          WHERE later.site = e.site AND later.conversation = e.conversation AND later.number > e.number)
        ORDER BY number LIMIT ${parameter(2)}`,
    },
    of: {
      name: "baton_endings_of_1",
      text: `SELECT number FROM ${schema}ending WHERE site = ${parameter(1)} AND conversation = ${parameter(2)} ORDER BY number`,
    },
  };
}

export function endingFrom({ number, site, conversation, at }: EndingRow): Ending {
  return { number, key: { site, id: conversation }, at: new Date(at).toISOString() };
}
