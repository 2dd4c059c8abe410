import type { Clock } from "./clock.ts";
import type { EntryBody } from "./conversation/records.ts";
import type { Fanout } from "./fanout/fanout.ts";
import type { ConversationKey, Entry, Store } from "./store/store.ts";

const PAGE = 200;
const READ_AGAIN_MS = 1_000;

/** Whoever watches conversations: told of what is new, they read it from the store, or take what was written here a moment ago. */
export function createFollowers({ store, fanout, clock }: { store: Store; fanout: Fanout; clock: Clock }) {
  /** What was written a moment ago, while its own hint goes round: followers here need not read it back. */
  let fresh: { id: string; entries: Entry[] } | null = null;

  return { follow, tell };

  /** Hints at what was added just now, here and everywhere else. */
  async function tell({ id }: ConversationKey, entries: Entry[]): Promise<void> {
    fresh = { id, entries };
    const hinted = fanout.hint(id);
    fresh = null; // listeners in this process have looked by now; those elsewhere read the store
    await hinted;
  }

  /**
   * Delivers every entry after `after`, in order and without gaps, until stopped, and says when somebody is typing.
   * `deliver` may be called with nothing: then the follower is up to date. What it returns is waited for before there is more.
   */
  async function follow(
    key: ConversationKey,
    after: number,
    deliver: (entries: Entry<EntryBody>[]) => Promise<void> | void,
    aside: (what: string) => void,
  ): Promise<() => void> {
    let seen = after;
    let reading = Promise.resolve();
    let isStopped = false;
    let reads = 0;
    let cancelRetry: (() => void) | null = null;
    const look = (what?: string) => {
      if (what !== undefined) return aside(what);
      if (reads > 0 || fresh?.id !== key.id || fresh.entries[0]?.seq !== seen + 1) return next(read);
      const busy = pass(fresh.entries);
      if (busy) next(() => busy);
    };
    const stop = await fanout.listen(key.id, look); // listen first, then read: nothing falls between
    look();
    return () => {
      isStopped = true;
      cancelRetry?.();
      stop();
    };

    function next(step: () => Promise<void>): void {
      reads++;
      reading = reading
        .then(step)
        .catch(retry)
        .finally(() => reads--);
    }
    /** Reads on from the same number: the hint may have been the last for long. */
    function retry(): void {
      if (isStopped || cancelRetry) return;
      cancelRetry = clock.after(READ_AGAIN_MS, () => {
        cancelRetry = null;
        next(read);
      });
    }
    function pass(entries: Entry[]): Promise<void> | void {
      seen = entries.at(-1)?.seq ?? seen;
      return deliver(entries as Entry<EntryBody>[]); // the store keeps bodies as they were decided: `happened` is the only way in
    }
    async function read(): Promise<void> {
      for (;;) {
        const entries = await store.entriesAfter(key, seen, PAGE);
        if (isStopped) return;
        const busy = pass(entries);
        if (busy) await busy;
        if (isStopped || entries.length < PAGE) return;
      }
    }
  }
}
