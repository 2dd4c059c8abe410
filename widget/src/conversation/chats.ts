import { batch, computed, signal } from "@preact/signals-core";
import type { Began } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import type { Memory } from "./memory.ts";
import { randomKey } from "./random.ts";

/** One of the chats that a browser has had with a site, one after another: wanted, and then begun. */
export type Chat = {
  /** When it took the place of the one before, by this browser's clock, but later than that one; no two tabs make one at the same time. */
  at: number;
  /** What it is begun with: asking again gives the same conversation. Empty: nobody wants to chat. */
  key: string;
  /** Why nobody does, where that is known. */
  left?: Leaving | undefined;
} & ({ conversation?: undefined } | Began);

/** Why a chat is left behind, other than for another: the visitor has deleted it, or they have signed out. */
export type Leaving = "erased" | "signed_out";

/**
 * Which chat is the one there is. All tabs agree, in whatever order they hear: it is the latest that this tab has made, was told of or finds in
 * the memory, where who makes one writes it. `onTurn` hears of each, and again when it has begun.
 */
export function createChats(memory: Memory, clock: Clock, onTurn: (to: Chat) => void) {
  const chat = signal<Chat>(memory.read("session") ?? { at: 0, key: "" });

  return {
    chat,
    session: computed(() => (chat.value.conversation ? chat.value : null)),
    lookUp,
    /** In the place of the one there is. One for nobody leaves nothing in the memory (T12). */
    makeNext(left?: Leaving): void {
      make({ at: Math.max(clock.now(), chat.value.at + 1) + clock.random(), key: left ? "" : randomKey(), left });
    },
    /** The bridge's answer to a key; none, if the visitor has left that chat in the meantime. */
    began(key: string, began: Began): void {
      const wanted = memory.read("session");
      if (wanted?.key === key) make({ ...wanted, ...began });
    },
  };

  function make(next: Chat): void {
    memory.write("session", next.key ? next : null);
    lookUp(next);
  }

  /** Turns to the latest. The memory first: what this tab is told may be older than what another has written since. */
  function lookUp(told?: Chat): void {
    for (const other of [memory.read("session"), told]) if (other && isLater(other, chat.value)) batch(() => onTurn((chat.value = other)));
  }
}

function isLater(one: Chat, than: Chat): boolean {
  return one.at === than.at ? !than.conversation && !!one.conversation : one.at > than.at;
}
