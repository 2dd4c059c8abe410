import type { Lifecycle } from "../conversation/lifecycle.ts";
import { lately } from "./lately.ts";
import { lifecycleFrom, type ConversationRow, type NameRow } from "./sqlite-rows.ts";
import type { prepareStatements } from "./sqlite-statements.ts";
import type { ConversationKey, Name } from "./store.ts";

/** How far a conversation has come. */
export interface Latest {
  /** Whether it has a row: news that is kept for a conversation nobody knows yet has none. */
  isWritten: boolean;
  lifecycle: Lifecycle;
  lastSeq: number;
  lastNote: number;
}

/** Of each kind: about 10 MB of conversations, and less of the rest. */
const KEPT_AT_MOST = 10_000;

/**
 * What nearly every line asks for, of those conversations that were written to lately. A file is one process's alone, so what was
 * written here is what is there, until a transaction is undone: then everything has to be forgotten.
 */
export function memoryOf(sql: ReturnType<typeof prepareStatements>) {
  const conversations = lately<Latest>(KEPT_AT_MOST);
  const names = lately<NameRow>(KEPT_AT_MOST);
  const days = lately<number>(KEPT_AT_MOST);

  return {
    latest(key: ConversationKey): Latest {
      return conversations.get(nameOf(key)) ?? look(key);
    },
    wrote(key: ConversationKey, latest: Latest): void {
      conversations.set(nameOf(key), latest);
    },
    /** A name is whose it is until its conversation is erased or its token revoked. One that nobody has may be given at any time, so that is not remembered. */
    find({ kind, value }: Pick<Name, "kind" | "value">): NameRow | undefined {
      const name = `${kind}\n${value}`;
      const known = names.get(name);
      if (known) return known;
      const row = sql.name.get(kind, value) as NameRow | undefined; // its statement selects exactly these
      if (row) names.set(name, row);
      return row;
    },
    turnsOn,
    addTurns(site: string, day: string, turns: number): void {
      const before = turnsOn(site, day);
      sql.addTurns.run(site, day, turns);
      days.set(`${site}\n${day}`, before + turns);
    },
    forgetNames: names.clear,
    forgetAll(): void {
      for (const kept of [conversations, names, days]) kept.clear();
    },
  };

  function turnsOn(site: string, day: string): number {
    const name = `${site}\n${day}`;
    const known = days.get(name);
    if (known !== undefined) return known;
    const turns = Number(sql.turnsOn.get(site, day)?.["turns"] ?? 0);
    days.set(name, turns);
    return turns;
  }

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
