import type { Clock } from "./clock.ts";
import type { EntryBody } from "./conversation/records.ts";
import type { Fanout } from "./fanout/fanout.ts";
import type { Conversation, ConversationKey, Entry, Known, Name, Store } from "./store/store.ts";

const PAGE = 200;
const READ_AGAIN_MS = 1_000;

/**
 * Gets every entry after some number, in order and without gaps. It may be given none: then the follower is up to date.
 * What it returns is waited for before there is more.
 */
type Deliver = (entries: Entry<EntryBody>[]) => Promise<void> | void;
/** Hears when somebody is typing. */
type Aside = (what: string) => void;

/** Somebody who has come back and is listening already. `leave` is owed, and does nothing to who follows. */
export interface Arrival {
  known: Known;
  conversation: Conversation | null;
  /** Until what is returned is called. */
  follow(deliver: Deliver, aside: Aside): () => void;
  leave(): void;
}

/** Whoever watches conversations: told of what is new, they read it from the store, or take what was written here a moment ago. */
export function createFollowers({ store, fanout, clock }: { store: Store; fanout: Fanout; clock: Clock }) {
  /** What was written a moment ago, while its own hint goes round: followers here need not read it back. */
  let fresh: { id: string; entries: Entry[] } | null = null;

  return {
    /** Hints at what was added just now, here and everywhere else. */
    async tell({ id }: ConversationKey, entries: Entry[]): Promise<void> {
      fresh = { id, entries };
      const hinted = fanout.hint(id);
      fresh = null; // listeners in this process have looked by now; those elsewhere read the store
      await hinted;
    },

    /** Follows until what the promise brings is called. */
    async follow(key: ConversationKey, after: number, deliver: Deliver, aside: Aside): Promise<() => void> {
      const ears = await listenTo(key.id);
      return followOn(ears, { key, after, page: null }, deliver, aside);
    },

    /**
     * Looks up somebody who comes back to the conversation `id` under a name, and what there is for them, in one look at the store.
     * Whoever says to have more than there is gets everything.
     * `null` if the name leads nowhere; that it leads to this conversation is for the caller to check.
     */
    async arrive(name: Name, id: string, after: number): Promise<Arrival | null> {
      const ears = await listenTo(id);
      const found = await store.resume(name, after, PAGE).catch((error: unknown) => {
        ears.stop();
        throw error;
      });
      if (found === null) {
        ears.stop();
        return null;
      }
      const { known, conversation, entries } = found;
      // Ahead of everything there is, as after a backup was put back: then everything comes again, rather than nothing for long.
      const isAhead = after > (conversation?.lastSeq ?? 0);
      const from = { key: known.key, ...(isAhead ? { after: 0, page: null } : { after, page: entries }) };
      let isFollowed = false;
      return {
        known,
        conversation,
        follow(deliver, aside) {
          isFollowed = true;
          return followOn(ears, from, deliver, aside);
        },
        leave() {
          if (!isFollowed) ears.stop();
        },
      };
    },
  };

  /** Listen first, then read: nothing falls between. What is heard before anybody can act on it is remembered as one hint. */
  async function listenTo(id: string) {
    let hasMissed = false;
    let look = (what?: string): void => void (hasMissed ||= what === undefined);
    const stop = await fanout.listen(id, (what) => look(what));
    return { stop, hear: (next: typeof look) => void (look = next), hasMissed: () => hasMissed };
  }

  /** `page`: what has been read since listening began, if anything has. */
  function followOn(
    ears: Awaited<ReturnType<typeof listenTo>>,
    { key, after, page }: { key: ConversationKey; after: number; page: Entry[] | null },
    deliver: Deliver,
    aside: Aside,
  ): () => void {
    let seen = after;
    let reading = Promise.resolve();
    let isStopped = false;
    let reads = 0;
    let cancelRetry: (() => void) | null = null;
    ears.hear(look);
    if (page !== null) take(page);
    if (page === null || page.length === PAGE || ears.hasMissed()) next(read);
    return () => {
      isStopped = true;
      cancelRetry?.();
      ears.stop();
    };

    function look(what?: string): void {
      if (what !== undefined) return aside(what);
      if (reads > 0 || fresh?.id !== key.id || fresh.entries[0]?.seq !== seen + 1) next(read);
      else take(fresh.entries);
    }
    function take(entries: Entry[]): void {
      const busy = pass(entries);
      if (busy) next(() => busy);
    }
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
