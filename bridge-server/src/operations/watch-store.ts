import { machineMs } from "../clock.ts";
import type { Decision, Store } from "../store/store.ts";
import { rememberOrigin, traced } from "../trace.ts";
import type { Measure, StoreOperation } from "./measure.ts";
import type { Waiting } from "./pressure.ts";

/**
 * The same store, told about: what each fact led to, how long writes take, and what has not been answered yet.
 * Facts are counted here and nowhere else, from what was decided and only once it is saved.
 */
export function watchStore(store: Store, measure: Measure, waiting: Waiting): Store {
  let together = 0;

  return {
    ...store,

    record(fact) {
      return traced({ name: "record" }, async () => {
        let decision: Decision | null = null;
        const recorded = await write("record", () => store.record({ ...fact, decide: (current) => (decision = fact.decide(current)) }));
        if (fact.by?.isDone) measure.released(fact.by.job, "told");
        if (!recorded.repeats && decision) measure.saved(fact, decision);
        if (recorded.claimed.length > 0) {
          measure.claimed(recorded.claimed);
          rememberOrigin(recorded.claimed);
        }
        return recorded;
      });
    },

    async claimJobs(limit, leaseMs) {
      const jobs = await write("claim", () => store.claimJobs(limit, leaseMs));
      measure.claimed(jobs);
      return jobs;
    },

    async finishJob(job, retryAt) {
      const isAwaited = await write("finish", () => store.finishJob(job, retryAt));
      measure.released(job, retryAt ?? "silent");
      return isAwaited;
    },

    read(key) {
      const one = waiting.enter();
      return store.read(key).finally(() => waiting.leave(one));
    },

    find(name) {
      const one = waiting.enter();
      return store.find(name).finally(() => waiting.leave(one));
    },

    resume(name, after, limit) {
      const one = waiting.enter();
      return store.resume(name, after, limit).finally(() => waiting.leave(one));
    },
  };

  async function write<T>(operation: StoreOperation, run: () => Promise<T>): Promise<T> {
    const one = waiting.enter();
    let isDone = false;
    try {
      const result = await run();
      isDone = true;
      if (operation !== "claim") countTogether();
      return result;
    } finally {
      waiting.leave(one);
      measure.stored(operation, (machineMs() - one.since) / 1_000, isDone);
    }
  }

  /** What one flush saves is answered in one go: everybody has been told before the next thing happens. */
  function countTogether(): void {
    if (together++ > 0) return;
    queueMicrotask(() => {
      measure.savedTogether(together);
      together = 0;
    });
  }
}
