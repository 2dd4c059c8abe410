import { signal } from "@preact/signals-core";
import type { RefusalCode } from "../connection/refusal.ts";
import { randomId } from "./random.ts";

/** What a visitor may ask for beside talking. */
export type Wish = "handoff" | "leave" | "message" | "rating";

/** What the visitor asks for, one thing at a time, and how it went. `tell` says why it was refused, or `null`. */
export function createWishes(tell: (about: Wish, body: object) => Promise<RefusalCode | null>) {
  const wish = signal<{ about: Wish; state: "asking" | RefusalCode } | null>(null);
  let ids: Partial<Record<Wish, string>> = {};

  return {
    isWishing: (about: Wish) => wish.value?.about === about && wish.value.state === "asking",
    /** Why the visitor's last wish was not granted, if it was this one. */
    refusedWish: (about: Wish) => (wish.value?.about === about && wish.value.state !== "asking" ? wish.value.state : null),
    /** A wish keeps its id until it is granted, so that pressing the button again is the same request. */
    async ask(about: Wish, body: object): Promise<void> {
      const id = (ids[about] ??= randomId());
      wish.value = { about, state: "asking" };
      const refused = await tell(about, { id, ...body });
      if (refused === null || refused === "conflict") delete ids[about];
      wish.value = refused === null ? null : { about, state: refused };
    },
    forget(): void {
      wish.value = null;
      ids = {};
    },
  };
}
