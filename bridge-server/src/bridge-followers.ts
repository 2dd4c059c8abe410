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
/** Hears when somebody is typing, or has read. */
type Aside = (what: string) => void;

/** Somebody who has come back and is listening already. `leave` is owed, and does nothing to who follows. */
export interface Arrival {
  known: Known;
  conversation: Conversation | null;
  /** Until what is returned is called. */
  follow(deliver: Deliver, aside: Aside): () => void;
  leave(): void;
}

/** Somebody's listening to a conversation. What is heard before anybody can act on it is remembered as one hint. */
interface Ears {
  hear: ((what?: string) => void) | null;
  hasMissed: boolean;
  stop(): void;
}

/** One object for each stream that is held, of which there are thousands. */
interface Follower {
  key: ConversationKey;
  /** The number of the last entry it was given. */
  seen: number;
  deliver: Deliver;
  aside: Aside;
  reading: Promise<void> | null;
  /** How many are under way or wait for their turn. */
  reads: number;
  cancelRetry: (() => void) | null;
  isStopped: boolean;
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

  /** Listen first, then read: nothing falls between. */
  async function listenTo(id: string): Promise<Ears> {
    const ears: Ears = { hear: null, hasMissed: false, stop() {} };
    ears.stop = await fanout.listen(id, (what) => {
      if (ears.hear) ears.hear(what);
      else ears.hasMissed ||= what === undefined;
    });
    return ears;
  }

  /** `page`: what has been read since listening began, if anything has. */
  function followOn(
    ears: Ears,
    { key, after, page }: { key: ConversationKey; after: number; page: Entry[] | null },
    deliver: Deliver,
    aside: Aside,
  ): () => void {
    const follower: Follower = { key, seen: after, deliver, aside, reading: null, reads: 0, cancelRetry: null, isStopped: false };
    ears.hear = (what) => look(follower, what);
    if (page !== null) take(follower, page);
    if (page === null || page.length === PAGE || ears.hasMissed) next(follower, read);
    return () => {
      follower.isStopped = true;
      follower.cancelRetry?.();
      ears.stop();
    };
  }

  function look(follower: Follower, what?: string): void {
    if (what !== undefined) return follower.aside(what);
    const { key, seen, reads } = follower;
    if (reads > 0 || fresh?.id !== key.id || fresh.entries[0]?.seq !== seen + 1) next(follower, read);
    else take(follower, fresh.entries);
  }

  function take(follower: Follower, entries: Entry[]): void {
    const busy = pass(follower, entries);
    if (busy) next(follower, () => busy);
  }

  function next(follower: Follower, step: (follower: Follower) => Promise<void>): void {
    follower.reads++;
    follower.reading = (follower.reading ?? Promise.resolve())
      .then(() => step(follower))
      .catch(() => retry(follower))
      .finally(() => {
        if (--follower.reads === 0) follower.reading = null;
      });
  }

  /** Reads on from the same number: the hint may have been the last for long. */
  function retry(follower: Follower): void {
    if (follower.isStopped || follower.cancelRetry) return;
    follower.cancelRetry = clock.after(READ_AGAIN_MS, () => {
      follower.cancelRetry = null;
      next(follower, read);
    });
  }

  async function read(follower: Follower): Promise<void> {
    for (;;) {
      const entries = await store.entriesAfter(follower.key, follower.seen, PAGE);
      if (follower.isStopped) return;
      const busy = pass(follower, entries);
      if (busy) await busy;
      if (follower.isStopped || entries.length < PAGE) return;
    }
  }
}

function pass(follower: Follower, entries: Entry[]): Promise<void> | void {
  follower.seen = entries.at(-1)?.seq ?? follower.seen;
  return follower.deliver(entries as Entry<EntryBody>[]); // the store keeps bodies as they were decided: `happened` is the only way in
}
