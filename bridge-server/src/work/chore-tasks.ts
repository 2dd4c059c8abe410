import type { DoChore, Standing } from "../bridge-chores.ts";
import { faultOf } from "../log.ts";
import { tryForDays, type TaskRules } from "./task.ts";

/** A bridge whose configuration knows nothing of a chore looks again so often. */
const NOT_HERE_MS = 60 * 60_000;
/** A place that cannot be reached is tried again after so long. */
const AWAY_MS = 60_000;

/** What the bridge does for itself: one of all bridges, as long as it holds the job. */
export const choreTasks: {
  remind_of_chore: TaskRules<Extract<Standing, { task: "remind_of_chore" }>>;
  do_chore: TaskRules<DoChore>;
  forget_exports: TaskRules<{ task: "forget_exports" }>;
} = {
  remind_of_chore: {
    async run({ chore }, { id, attempt }, { bridge, chores }) {
      const everyMs = chores[chore]?.everyMs;
      if (everyMs === undefined) return { laterMs: NOT_HERE_MS, because: "not_configured" };
      await bridge.owesChore(chore, `job:${id}:${attempt}`);
      return { laterMs: everyMs, because: "until_then" };
    },
    ...callsNobody(),
  },

  do_chore: {
    async run({ chore }, job, { chores, store, bridge, log }) {
      const its = chores[chore];
      if (!its) return null;
      const isOurs = async () => (await store.renew([job], bridge.leaseMs)).length > 0;
      try {
        await its.run(isOurs);
        return null;
      } catch (error) {
        if (!its.mayPass(error)) throw error;
        log({ event: "chore_failed", level: "error", job: job.id, kind: chore, error: faultOf(error) });
        return { laterMs: AWAY_MS, because: "away" };
      }
    },
    ...callsNobody(),
  },

  /** An export's next run takes out of it what is erased. */
  forget_exports: {
    async run(_, job, { bridge, chores }) {
      if (chores.export) await bridge.owesChore("export", `job:${job.id}`);
      return null;
    },
    ...callsNobody(),
  },
};

/** What the bridge does by itself may be done again after a bug, and concludes nothing. */
function callsNobody(): Pick<TaskRules<unknown>, "again" | "giveUp"> {
  return { again: tryForDays, giveUp: () => null };
}

/** A chore as this bridge does it. */
export interface ChoreHere {
  everyMs: number;
  /** `isOurs`: asked before anything is written that another bridge may be writing by now. */
  run(isOurs: () => Promise<boolean>): Promise<void>;
  /** Whether waiting may help. */
  mayPass(error: unknown): boolean;
}
export type ChoresHere = Partial<Record<DoChore["chore"], ChoreHere>>;
