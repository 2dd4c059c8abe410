import { faultOf } from "../log.ts";
import type { Outside, TaskRules } from "./task.ts";

/** Whoever holds one of these is the only one who does it; when that bridge dies, its lease runs out and another goes on. */
export type Standing = { task: "watch_alerts" } | { task: "look_back"; site: string };

/** So long at most until an alert is noticed, beside the look itself. */
const LOOK_EVERY_MS = 5_000;
/** A bridge without rules leaves the looking to those that have some. */
const NOT_HERE_MS = 60_000;

const LOOK_BACK_EVERY_MS = 10 * 60_000;

/** Work that never ends: it is put off until it is due again. */
export const standingTasks: {
  watch_alerts: TaskRules<{ task: "watch_alerts" }>;
  look_back: TaskRules<{ task: "look_back"; site: string }>;
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

/** Owes what this bridge has a wish for. A store that is away is asked again. */
export function oweStanding(outside: Outside): void {
  const { bridge, clock, log } = outside;
  if (outside.alerts.isOn) owe({ task: "watch_alerts" });
  for (const site of outside.reconciliation.sites) owe({ task: "look_back", site });

  function owe(task: Standing): void {
    bridge.stands(task).catch((error: unknown) => {
      log({ event: "store_unreachable", level: "error", task: task.task, error: faultOf(error) });
      clock.after(LOOK_EVERY_MS, () => owe(task));
    });
  }
}
