import type { Standing } from "../bridge-chores.ts";
import { faultOf } from "../log.ts";
import type { Outside, TaskRules } from "./task.ts";

/** So long at most until an alert is noticed, beside the look itself. */
const LOOK_EVERY_MS = 5_000;
/** A bridge without rules leaves the looking to those that have some. */
const NOT_HERE_MS = 60_000;

const LOOK_BACK_EVERY_MS = 10 * 60_000;

/** A store that is away is asked again after so long. */
const STORE_AWAY_MS = 5_000;

/** Whoever holds one of these is the only one who does it; when that bridge dies, its lease runs out and another goes on. */
export const standingTasks: {
  watch_alerts: TaskRules<Extract<Standing, { task: "watch_alerts" }>>;
  look_back: TaskRules<Extract<Standing, { task: "look_back" }>>;
} = {
  look_back: {
    async run({ site }, _, { reconciliation, log }) {
      try {
        await reconciliation.look(site);
      } catch (error) {
        log({ event: "looking_back_broke", level: "error", site, error: faultOf(error) }); // the next look begins where the last one ended
      }
      return { laterMs: LOOK_BACK_EVERY_MS, because: "looking_back" };
    },
    again: () => LOOK_BACK_EVERY_MS,
    giveUp: () => ({ laterMs: LOOK_BACK_EVERY_MS, because: "looking_back" }),
  },

  watch_alerts: {
    async run(_, __, { alerts, log }) {
      try {
        await alerts.look();
      } catch (error) {
        log({ event: "alerts_broke", level: "error", error: faultOf(error) }); // looked at again: nobody else would
      }
      return { laterMs: alerts.isOn ? LOOK_EVERY_MS : NOT_HERE_MS, because: "watching" };
    },
    again: () => LOOK_EVERY_MS,
    giveUp: () => ({ laterMs: LOOK_EVERY_MS, because: "watching" }),
  },
};

/** Owes what this bridge's configuration asks for, and asks a store that is away until it is back, or until what is returned is called. */
export function oweStanding({ bridge, clock, log, chores, alerts, reconciliation }: Outside): () => void {
  let isStopped = false;
  for (const chore of Object.keys(chores) as (keyof typeof chores)[]) owe({ task: "remind_of_chore", chore }); // as it is declared
  if (alerts.isOn) owe({ task: "watch_alerts" });
  for (const site of reconciliation.sites) owe({ task: "look_back", site });
  return () => void (isStopped = true);

  function owe(task: Standing): void {
    bridge.stands(task).catch((error: unknown) => {
      log({ event: "store_unreachable", level: "error", task: task.task, error: faultOf(error) });
      clock.after(STORE_AWAY_MS, () => isStopped || owe(task));
    });
  }
}
