import {
  conversationsFrom,
  conversationsStatement,
  nameFrom,
  type ConversationDialect,
  type ListedConversationRow,
  type NameOf,
} from "./conversation-list.ts";
import { postgresDialect } from "./postgres-handoffs.ts";
import type { Connections } from "./postgres-pool.ts";
import type { Store } from "./store.ts";

export const postgresConversations: ConversationDialect = {
  ...postgresDialect,
  schema: "baton.",
  byBytes: ' COLLATE "C"',
  lastAt: "coalesce(c.last_at, c.began_at)",
};

const NAMES = {
  name: "baton_names_1",
  text: `SELECT kind, value, handoff FROM baton.name
    WHERE site = $1 AND conversation = $2 AND kind NOT IN ('token', 'identity') ORDER BY kind, value`,
};

/** Lists of conversations, and what they go by, as the store answers them. */
export function conversationsOver({ ask }: Connections): Pick<Store, "conversations" | "names"> {
  return {
    async conversations(query) {
      const { values, ...statement } = conversationsStatement(query, postgresConversations);
      return conversationsFrom(await ask<ListedConversationRow>(statement, values), query.limit);
    },
    async names({ site, id }) {
      return (await ask<NameOf>(NAMES, [site, id])).map(nameFrom);
    },
  };
}
