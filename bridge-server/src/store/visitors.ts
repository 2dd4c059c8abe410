import type { ConversationKey } from "./store.ts";

/** Conversations of whoever goes by `id` on a site, and how far work has come, as both databases are asked for them. */
export function visitorStatements(schema: "" | "baton.", parameter: (n: number) => string, moment: (n: number) => string) {
  const ofKey = `site = ${parameter(1)} AND conversation = ${parameter(2)}`;
  const forgetting = (table: "note" | "fact", row: "seq" | "id", and: string) => ({
    name: `baton_forget_${table}s_1`,
    text: `DELETE FROM ${schema}${table} WHERE ${ofKey} AND ${row} IN (
        SELECT ${row} FROM ${schema}${table} WHERE ${ofKey} AND at < ${moment(3)}${and} LIMIT ${parameter(4)}) RETURNING 1 AS gone`,
  });
  return {
    forgetNotes: forgetting("note", "seq", ` AND seq < (SELECT max(seq) FROM ${schema}note WHERE ${ofKey})`),
    forgetFacts: forgetting("fact", "id", ""),
    conversations: {
      name: "baton_visitors_conversations_1",
      text: `SELECT conversation FROM ${schema}visitor WHERE site = ${parameter(1)} AND id = ${parameter(2)} ORDER BY conversation`,
    },
    mark: { name: "baton_mark_1", text: `SELECT number FROM ${schema}mark WHERE name = ${parameter(1)}` },
    setMark: {
      name: "baton_set_mark_1",
      text: `INSERT INTO ${schema}mark (name, number) VALUES (${parameter(1)}, ${parameter(2)})
        ON CONFLICT (name) DO UPDATE SET number = excluded.number`,
    },
  };
}

/** What becomes of what is kept of a conversation that is over. The same object says that it stays as it is. */
export interface Rewriting {
  entry(body: unknown): unknown;
  note(body: unknown): unknown;
}

/** Rows whose body is another one afterwards. */
export function rewritten<Row extends { seq: number; body: unknown }>(
  rows: Row[],
  rewrite: (body: unknown) => unknown,
): { seq: number; body: string }[] {
  return rows.flatMap(({ seq, body }) => {
    const after = rewrite(body);
    return after === body ? [] : [{ seq, body: JSON.stringify(after) }];
  });
}

/** What the store knows of visitors, and what it forgets of conversations that are over. */
export interface VisitorMembers {
  /** The conversations of whoever goes by this on a site: the id or the mail address that the site has signed, or an address on a channel. */
  conversationsOfVisitor(site: string, id: string): Promise<ConversationKey[]>;

  /** Writes entries and notes of a conversation anew, all that change or none. Numbers and times stay. Resolves with how many changed. */
  rewrite(key: ConversationKey, rewriting: Rewriting): Promise<number>;

  /**
   * Takes away up to `limit` notes and as many facts of a key that are older than that (ISO 8601), but never its last note. Numbers go
   * on. Resolves with how many went; none: there are no more.
   */
  forgetBefore(key: ConversationKey, before: string, limit: number): Promise<number>;

  /** How far work has come that goes through everything there is. 0: it has not begun. */
  mark(name: string): Promise<number>;
  setMark(name: string, number: number): Promise<void>;
}
