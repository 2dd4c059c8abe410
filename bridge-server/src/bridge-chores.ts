import { ANY_SITE, owing } from "./bridge-jobs.ts";
import type { ConversationKey, NewFact } from "./store/store.ts";

/** Work of the whole bridge, which no conversation asks for. */
export type Chore = "export" | "retention";

/** One run of a chore. Of all bridges one does it, and one at a time. */
export type DoChore = { task: "do_chore"; chore: Chore };
/** Owes a run of it every so often. */
export type RemindOfChore = { task: "remind_of_chore"; chore: Chore };

/** How chores come to be owed. */
export function choresOf(record: (fact: NewFact) => Promise<unknown>) {
  return {
    /** From now on somebody is reminded of it, whichever bridges there are: once, however often it is asked for. */
    async remindsOf(chore: Chore): Promise<void> {
      const input: RemindOfChore = { task: "remind_of_chore", chore };
      await record({ key: keyOf(chore), factId: "reminds", decide: owing({ task: input.task, input }) });
    },

    /** Owes a run, behind whatever run is under way. `factId`: the same for the same wish. */
    async owesChore(chore: Chore, factId: string): Promise<void> {
      const input: DoChore = { task: "do_chore", chore };
      await record({ key: keyOf(chore), factId, decide: owing({ task: input.task, input, lane: chore }) });
    },
  };
}

const keyOf = (chore: Chore): ConversationKey => ({ site: ANY_SITE, id: `chore:${chore}` });
