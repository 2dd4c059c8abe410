import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { LeaveMessage, MailTranscript, Rating } from "@baton/bridge-server/protocol";
import type { Connection, Session } from "../connection/connection.ts";
import { refusalOf, type RefusalCode } from "../connection/refusal.ts";
import { randomId } from "./random.ts";

/** What a visitor may ask for beside talking, and what has to be said with it. @public in the package's types */
export interface Wishes {
  handoff: object;
  leave: object;
  message: Omit<Extract<LeaveMessage, { email: string }>, "id">;
  callback: Omit<Extract<LeaveMessage, { phone: string }>, "id">;
  mail: Omit<MailTranscript, "id">;
  rating: Rating;
  erase: object;
}
export type Wish = keyof Wishes;

/** What the visitor asks for, one thing at a time, and how it went. */
export function createWishes(connection: Connection, session: ReadonlySignal<Session | null>) {
  const wish = signal<{ about: Wish; refused: RefusalCode | null } | null>(null);
  let ids: Partial<Record<Wish, string>> = {};

  return {
    isWishing: (about: Wish) => wish.value?.about === about && !wish.value.refused,
    /** Why the visitor's last wish was not granted, if it was this one. */
    refusedWish: (about: Wish) => (wish.value?.about === about ? wish.value.refused : null),
    ask,
    forget(): void {
      wish.value = null;
      ids = {};
    },
    tell,
  };

  /** Whether it was granted. A wish keeps its id until it is, so that pressing the button again is the same request. */
  async function ask<About extends Wish>(about: About, body: Wishes[About]): Promise<boolean> {
    const id = (ids[about] ??= randomId());
    wish.value = { about, refused: null };
    const refused = await tell(about, { id, ...body });
    if (!refused || refused === "conflict") delete ids[about];
    wish.value = refused && { about, refused };
    return !refused;
  }

  /** Why it was refused, or `null`. */
  async function tell(about: Parameters<Connection["tell"]>[1] | "callback" | "erase", body: object): Promise<RefusalCode | null> {
    if (!session.value) return "unreachable";
    try {
      await (about === "erase"
        ? connection.erase(session.value)
        : connection.tell(session.value, about === "callback" ? "message" : about, body));
      return null;
    } catch (error) {
      return refusalOf(error).code;
    }
  }
}
