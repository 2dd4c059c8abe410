import { newJob } from "./bridge-jobs.ts";
import type { Clock } from "./clock.ts";
import type { Announced, Task } from "./conversation/facts.ts";
import type { NoteBody } from "./conversation/records.ts";
import { newId } from "./random.ts";
import type { ConversationKey, NewFact, Note, Recorded, Store } from "./store/store.ts";

/** It holds since then (ISO 8601), or it did: how it stands, in a sentence. */
export type AlertState = { is: "quiet"; lastAt: string | null } | { is: "firing"; since: string; says: string };

/** Alerts are of no site: what was noted of each stands under a key of its own. */
export const alertKey = (alert: string): ConversationKey => ({ site: "", id: `alert:${alert}` });

interface Parts {
  store: Pick<Store, "notes">;
  clock: Clock;
  record(fact: NewFact): Promise<Recorded>;
  announcedTo(site: string, type: Announced["type"]): string[];
}

/** Which alerts have fired, written down, so that each is told once however many bridges look and however often they start. */
export function alerting({ store, clock, record, announcedTo }: Parts) {
  return {
    async alertState(alert: string): Promise<AlertState> {
      return stateAfter(await noted(alert));
    },

    /** Fires, or is over. What is so already changes nothing, also where another bridge says the same at this moment. */
    async tellAlert(alert: string, firing: { says: string } | null): Promise<void> {
      const notes = await noted(alert);
      const now = stateAfter(notes);
      if ((now.is === "firing") === (firing !== null)) return;
      const note: NoteBody = firing ? { type: "alert_fired", alert, says: firing.says } : { type: "alert_over", alert };
      const type = firing ? "alert.fired" : "alert.over";
      const tasks = announcedTo("", type).map((to): Task => ({ task: "announce", to, id: newId(), type, handoff: null, cause: alert }));
      const jobs = tasks.map((task) => newJob({ task }, clock.now()));
      await record({
        key: alertKey(alert),
        factId: `alert:${notes.at(-1)?.seq ?? 0}`, // whoever else has read as far means the same
        decide: (lifecycle) => ({ lifecycle, entries: [], notes: [note], jobs, names: [], turns: 0 }),
      });
    },
  };

  async function noted(alert: string): Promise<Note<NoteBody>[]> {
    return (await store.notes(alertKey(alert))) as Note<NoteBody>[]; // written here alone
  }
}

export function stateAfter(notes: Note<NoteBody>[]): AlertState {
  const last = notes.at(-1);
  if (last?.body.type === "alert_fired") return { is: "firing", since: last.at, says: last.body.says };
  return { is: "quiet", lastAt: last?.at ?? null };
}
