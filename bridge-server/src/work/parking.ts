import type { Fact } from "../conversation/facts.ts";
import { CallError } from "../call.ts";
import { faultOf } from "../log.ts";
import { StoreUnavailable, type Job } from "../store/store.ts";
import { isLater, SET_ASIDE, type AnyTask, type Conclusion, type Outside, type TaskRules } from "./task.ts";

/** Before a job that broke is tried again. After the last of these it is set aside. */
const WAITS = [1_000, 5_000, 15_000, 30_000];
const STORE_AWAY_MS = 5_000;
/** So often a job may have been claimed by somebody who was never heard of again: it may be the job that kills them. */
const MOST_LOST = 10;
/** Beyond this, whichever broke first is forgotten, and may break a few times more. */
const MOST_REMEMBERED = 10_000;

/** Jobs that break: not because somebody else's system said no, but in our own hands. */
export function createParking(outside: Outside) {
  const { bridge, store, clock, log } = outside;
  const breaks = new Map<number, number>();

  return {
    /** Whether it has taken so many workers with it that nobody should touch it again. */
    isDeadly: ({ lost }: Job) => lost >= MOST_LOST,
    /** What was done well after all has never been broken. */
    done: (job: Job) => breaks.size > 0 && breaks.delete(job.id),
    broke,
    setAside,
  };

  /**
   * A bug is a call of which nobody knows whether it arrived: what may be done twice comes back, and the rest is concluded.
   * Jobs do not pay for a store that is away. Resolves with when to look again, or `null`.
   */
  async function broke(job: Job, task: AnyTask, rules: TaskRules<AnyTask>, error: unknown): Promise<Date | null> {
    log({ event: "job_broke", level: "error", ...named(job), error: faultOf(error) });
    const isStore = error instanceof StoreUnavailable;
    const waitMs = nextTry(rules, error, job);
    if (waitMs === null && isStore) return null; // its lease runs out, and whoever comes next knows that it may have been done
    const times = (breaks.get(job.id) ?? 0) + (isStore ? 0 : 1);
    const planned = isStore ? STORE_AWAY_MS : WAITS[times - 1];
    if (waitMs === null || planned === undefined) {
      await setAside(job, task, rules, error);
      return null;
    }
    const at = new Date(clock.now().getTime() + Math.max(waitMs, planned));
    try {
      await store.finishJob(job, at);
    } catch {
      return null; // its lease runs out instead
    }
    if (!isStore) remember(job, times);
    return at;
  }

  /** Frees the job's lane with what its task concludes when it cannot be done, and keeps the job (F40). */
  async function setAside(job: Job, task: AnyTask, rules: TaskRules<AnyTask>, error: unknown): Promise<void> {
    breaks.delete(job.id);
    try {
      await bridge.setAside(job, conclusionOf(rules.giveUp(task, unclear(error), job, outside)));
    } catch (again) {
      log({ event: "job_broke", level: "error", ...named(job), because: "its conclusion breaks too", error: faultOf(again) });
      if (again instanceof StoreUnavailable) return; // its lease runs out, and it is set aside then
      await bridge.setAside(job, null).catch(() => {}); // its lease runs out instead
    }
    log({ event: "job_parked", level: "error", ...named(job), count: job.attempt, error: faultOf(error) });
  }

  /** A rule that breaks itself, because its site was taken out of the configuration for instance, knows of no next try. */
  function nextTry(rules: TaskRules<AnyTask>, error: unknown, job: Job): number | null {
    try {
      return rules.again(unclear(error), job, outside);
    } catch {
      return null; // what broke first is in the log, and `giveUp` is asked on the way to being set aside
    }
  }

  function remember({ id }: Job, times: number): void {
    breaks.delete(id);
    breaks.set(id, times);
    if (breaks.size > MOST_REMEMBERED) breaks.delete(breaks.keys().next().value ?? id);
  }
}

function conclusionOf(outcome: Conclusion): Fact | null {
  return outcome === null || outcome === SET_ASIDE || isLater(outcome) ? null : outcome;
}

const named = ({ id, task, key }: Job) => ({ job: id, task, conversation: key.id });
const unclear = (error: unknown) => new CallError("unclear", "it broke here", { cause: error });
