/** Time, as an argument: whatever waits or asks what time it is takes one of these, so that tests can turn it. */
export interface Clock {
  now(): Date;
  /** Runs once after `ms`, unless the returned function is called first. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's. Its time never goes back while the process lives. */
export const systemClock: Clock = {
  now: steadily(Date.now, machineMs),
  after(ms, run) {
    // Node takes what is out of its range for a millisecond, and writes about it to standard error.
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), 2 ** 31 - 1)).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Time that goes on as it should when somebody sets the clock back: what is owed in a second would else be owed in an hour (F35).
 * A clock that is set forward is followed: the machine may have been asleep.
 */
export function steadily(wall: () => number, elapsed: () => number): () => Date {
  let ahead = -Infinity;
  return () => {
    const passed = elapsed();
    ahead = Math.max(ahead, wall() - passed);
    return new Date(passed + ahead);
  };
}

/** What the machine's clock says at this moment, for comparing with what others' clocks say. It may step, so nothing is timed by it. */
export const wallTime = (): Date => new Date();

/** Milliseconds since some moment, for measuring the machine itself, whatever clock the rest goes by. */
export function machineMs(): number {
  return performance.now();
}

/** Runs again and again in the machine's own time until the returned function is called. Never keeps the process alive. */
export function everyMachineMs(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms).unref();
  return () => clearInterval(timer);
}

/** Runs once in the machine's own time, unless the returned function is called first. The process stays alive for it. */
export function inMachineMs(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Resolves after `ms` of the machine's own time. The process stays alive for it: a command that waits is not over. */
export function machinePause(ms: number): Promise<void> {
  return new Promise((done) => void inMachineMs(ms, done));
}

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
