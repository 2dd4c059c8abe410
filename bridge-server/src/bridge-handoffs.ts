import type { Clock } from "./clock.ts";
import type { Fanout } from "./fanout/fanout.ts";
import type { HandoffQuery, ListedHandoff } from "./store/handoff-list.ts";
import type { Store } from "./store/store.ts";

/** What is hinted at when any handoff has changed. Conversations are hinted at by their ids, which are longer. */
const TOPIC = "handoffs";
const PAGE = 200;
const READ_AGAIN_MS = 1_000;

/** What it returns is waited for before there is more. */
type Deliver = (changed: ListedHandoff[]) => Promise<void> | void;

/** Whoever watches handoffs, on any bridge: told that some have changed, they read from the store which. */
export function watchHandoffs({ store, fanout, clock }: { store: Store; fanout: Fanout; clock: Clock }) {
  return {
    tell: () => fanout.hint(TOPIC),

    /** A page, and the number of the last change that it surely knows of: whoever goes on from there misses none. */
    async page(query: HandoffQuery) {
      const change = await store.lastHandoffChange(); // before the page is read, which may know of more
      return { ...(await store.handoffs(query)), change };
    },

    /**
     * Tells of every handoff that changes after the change of that number, in order, until what the promise brings is called.
     * `null`: from now on. Where there were never so many changes, as after a backup was put back, `restarted` is called first.
     */
    async follow(after: number | null, deliver: Deliver, restarted: () => void): Promise<() => void> {
      let state: "idle" | "reading" | "reading, and hinted at again" | "stopped" = "reading";
      let cancelRetry = () => {};
      const stopListening = await fanout.listen(TOPIC, look); // listen first, then read: nothing falls between
      let seen: number;
      try {
        const last = await store.lastHandoffChange();
        if (after !== null && after > last) restarted();
        seen = Math.min(after ?? last, last);
      } catch (error) {
        stopListening();
        throw error;
      }
      void read();
      return () => {
        state = "stopped";
        cancelRetry();
        stopListening();
      };

      function look(): void {
        if (state === "reading") state = "reading, and hinted at again";
        if (state !== "idle") return;
        cancelRetry();
        state = "reading";
        void read();
      }

      async function read(): Promise<void> {
        try {
          for (;;) {
            const changed = await store.handoffChanges(seen, PAGE);
            if (isStopped()) return;
            seen = changed.at(-1)?.change ?? seen;
            if (changed.length > 0) await deliver(changed);
            if (isStopped()) return;
            if (changed.length === PAGE) continue;
            if (state === "reading") break;
            state = "reading";
          }
          state = "idle";
        } catch {
          // The hint may have been the last for long, so the store is asked again when it may have recovered.
          if (isStopped()) return;
          state = "idle";
          cancelRetry = clock.after(READ_AGAIN_MS, look);
        }
      }

      function isStopped(): boolean {
        return state === "stopped";
      }
    },
  };
}
