import { newJob } from "./bridge-jobs.ts";
import type { Clock } from "./clock.ts";
import type { Announced, Task } from "./conversation/facts.ts";
import type { NoteBody } from "./conversation/records.ts";
import { newId } from "./random.ts";
import type { ConversationKey, NewFact, Recorded, Store } from "./store/store.ts";

/** A handoff that the assistant's platform has signalled and nobody here has seen. */
export interface MissedHandoff {
  /** The platform's name for its conversation. */
  chat: string;
  /** ISO 8601. */
  startedAt: string;
  destination: string | null;
  reason: string | null;
  /** Ours, where at least that is known. */
  conversation: string | null;
}

export const missedKey = (site: string): ConversationKey => ({ site: "", id: `missed:${site}` });
/** So many are listed, the latest to be found first. */
const MOST = 200;

interface Parts {
  store: Pick<Store, "notes">;
  clock: Clock;
  record(fact: NewFact): Promise<Recorded>;
  announcedTo(site: string, type: Announced["type"]): string[];
}

/** What looking back has found. */
export function reconciled({ store, clock, record, announcedTo }: Parts) {
  return {
    /** Written down once for each `name`: that it was missed, or (`null`) that it was here. What was here once is never missed. */
    async tellMissed(site: string, name: string, missed: MissedHandoff | null): Promise<void> {
      const tasks = missed
        ? announcedTo(site, "handoff.missed").map((to): Task => ({
            task: "announce",
            to,
            id: newId(),
            type: "handoff.missed",
            handoff: null,
            cause: missed.chat,
          }))
        : [];
      const notes: NoteBody[] = missed ? [{ type: "handoff_missed", site, ...missed }] : [];
      await record({
        key: missedKey(site),
        factId: `handoff:${name}`,
        decide: (lifecycle) => {
          return { lifecycle, entries: [], notes, jobs: tasks.map((task) => newJob({ task }, clock.now())), names: [], turns: 0 };
        },
      });
    },

    async missedHandoffs(site: string): Promise<MissedHandoff[]> {
      const notes = (await store.notes(missedKey(site))) as { body: NoteBody }[]; // written here alone
      const all = notes.flatMap(({ body }) => (body.type === "handoff_missed" ? [body] : []));
      return all.slice(-MOST).toReversed();
    },
  };
}
