/** Time, as an argument: whatever waits or asks what time it is takes one of these, so that tests can turn it. */
export interface Clock {
  now(): Date;
  /** Runs once after `ms`, unless the returned function is called first. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1)).unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((done) => {
    const cancel = clock.after(ms, finish);
    signal?.addEventListener("abort", finish, { once: true });
    function finish() {
      cancel();
      signal?.removeEventListener("abort", finish);
      done();
    }
  });
}
