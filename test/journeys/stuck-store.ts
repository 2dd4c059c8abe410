import { StoreUnavailable, type Store } from "@baton/bridge-server/store/store";

/** A store whose writes can be held up, or fail, for as long as a test wants. */
export function createTroubledStore() {
  let trouble: "none" | "stuck" | "failing" = "none";
  let release = Promise.withResolvers<void>();

  return {
    /** Writes get no answer until `recover`. They are saved then. */
    getStuck: () => void (trouble = "stuck"),
    /** Writes are refused, as by a full disk. */
    fail: () => void (trouble = "failing"),
    recover() {
      trouble = "none";
      release.resolve();
      release = Promise.withResolvers();
    },
    between: (store: Store): Store => ({
      ...store,
      record: async (fact) => (await passed(), store.record(fact)),
      finishJob: async (job, retryAt) => (await passed(), store.finishJob(job, retryAt)),
      claimJobs: async (limit, leaseMs) => (await passed(), store.claimJobs(limit, leaseMs)),
      probe: async () => (await passed(), store.probe()),
    }),
  };

  async function passed(): Promise<void> {
    if (trouble === "failing") throw new StoreUnavailable("SQLite: database or disk is full");
    if (trouble === "stuck") await release.promise;
  }
}
