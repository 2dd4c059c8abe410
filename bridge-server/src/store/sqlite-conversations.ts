import type { DatabaseSync } from "node:sqlite";
import {
  conversationsFrom,
  conversationsStatement,
  nameFrom,
  type ConversationDialect,
  type ListedConversationRow,
  type NameOf,
} from "./conversation-list.ts";
import { reading } from "./sqlite-file.ts";
import { sqliteDialect } from "./sqlite-handoffs.ts";
import type { Store } from "./store.ts";

export const sqliteConversations: ConversationDialect = {
  ...sqliteDialect,
  schema: "",
  byBytes: "",
  lastAt: `coalesce((SELECT at FROM entry WHERE entry.site = c.site AND entry.conversation = c.id ORDER BY seq DESC LIMIT 1), c.began_at)`,
};

/** Lists of conversations, and what they go by, as the store answers them. */
export function conversationsIn(db: DatabaseSync): Pick<Store, "conversations" | "names"> {
  const names = db.prepare(
    "SELECT kind, value, handoff FROM name WHERE site = ? AND conversation = ? AND kind NOT IN ('token', 'identity') ORDER BY kind, value",
  );
  return {
    conversations: (query) =>
      reading(() => {
        const { text, values } = conversationsStatement(query, sqliteConversations);
        const rows = db.prepare(text).all(...(values as (string | number)[])); // what a query holds, and times as numbers
        return conversationsFrom(rows as unknown as ListedConversationRow[], query.limit); // its statement selects exactly these
      }),
    names: ({ site, id }) => reading(() => names.all(site, id).map((row) => nameFrom(row as unknown as NameOf))), // its statement selects exactly these
  };
}
