import type { Lifecycle } from "../conversation/lifecycle.ts";
import { lifecycleFrom, type ConversationRow } from "./sqlite-rows.ts";
import type { prepareStatements } from "./sqlite-statements.ts";
import type { ConversationKey } from "./store.ts";

/** How far a conversation has come. */
export interface Latest {
  /** Whether it has a row: news that is kept for a conversation nobody knows yet has none. */
  isWritten: boolean;
  lifecycle: Lifecycle;
  lastSeq: number;
  lastNote: number;
}

/** About 10 MB. */
const KEPT_AT_MOST = 10_000;

/**
 * How far each of the conversations has come that were written to lately. A file is one process's alone, so what was written here is
 * what is there, until a transaction is undone: then everything has to be forgotten.
 */
export function latestOf(sql: ReturnType<typeof prepareStatements>) {
  const kept = new Map<string, Latest>();

  return {
    read(key: ConversationKey): Latest {
      return kept.get(nameOf(key)) ?? look(key);
    },
    wrote(key: ConversationKey, latest: Latest): void {
      const name = nameOf(key);
      kept.delete(name); // what was written last stands last
      kept.set(name, latest);
      if (kept.size > KEPT_AT_MOST) kept.delete(kept.keys().next().value ?? name);
    },
    forgetAll: (): void => kept.clear(),
  };

  function look({ site, id }: ConversationKey): Latest {
    const row = sql.conversation.get(site, id) as ConversationRow | undefined; // its statement selects exactly these
    return {
      isWritten: row !== undefined,
      lifecycle: lifecycleFrom(row?.lifecycle),
      lastSeq: Number(sql.lastEntry.get(site, id)?.["seq"] ?? 0),
      lastNote: Number(sql.lastNote.get(site, id)?.["seq"] ?? 0),
    };
  }
}

const nameOf = ({ site, id }: ConversationKey) => `${site}\n${id}`;
