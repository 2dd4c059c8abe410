import { ANY_SITE, owing } from "./bridge-jobs.ts";
import type { ConversationKey, NewFact } from "./store/store.ts";

/** Work of the whole bridge, which no conversation asks for. */
export type Chore = "export" | "retention";

/** One run of a chore. Of all bridges one does it, and one at a time. */
export type DoChore = { task: "do_chore"; chore: Chore };
/** What never ends and is put off until it is due again. A chore's owes a run of it. */
export type Standing = { task: "remind_of_chore"; chore: Chore } | { task: "watch_alerts" } | { task: "look_back"; site: string };

export const choreKey = (chore: Chore): ConversationKey => ({ site: ANY_SITE, id: `chore:${chore}` });

/** How the bridge's own work comes to be owed. */
export function choresOf(record: (fact: NewFact) => Promise<unknown>) {
  return {
    /** From now on somebody does it, whichever bridges there are: once, however often it is asked for. */
    async stands(input: Standing): Promise<void> {
      const key = { site: ANY_SITE, id: `standing:${Object.values(input).join(":")}` };
      await record({ key, factId: "stands", decide: owing({ task: input.task, input }) });
    },

    /** Owes a run, behind whatever run is under way. `factId`: the same for the same wish. */
    async owesChore(chore: Chore, factId: string): Promise<void> {
      const input: DoChore = { task: "do_chore", chore };
      await record({ key: choreKey(chore), factId, decide: owing({ task: input.task, input, lane: chore }) });
    },
  };
}
