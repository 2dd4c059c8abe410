/** The simulator's own time. Every limit, delay and expiry of the simulator goes by it, so a test can move it. */
export interface Clock {
  /** Milliseconds since 1970, as the simulator sees it. */
  now(): number;
  /** Resolves once `ms` of the simulator's time have passed, by waiting or by `advance`. */
  sleep(ms: number): Promise<void>;
  advance(ms: number): void;
}

/** Real time that can be pushed forward; with `frozenAt`, time that moves only when pushed. */
export function createClock({ frozenAt }: { frozenAt?: number } = {}): Clock {
  let ahead = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();

  return { now, sleep, advance };

  function now(): number {
    return (frozenAt ?? Date.now()) + ahead;
  }

  async function sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    await new Promise<void>((resolve) => {
      const sleeper = { until: now() + ms, wake };
      // Nobody waits for a simulated delay: it must not keep a finished process alive.
      const timer = frozenAt === undefined ? setTimeout(wake, ms).unref() : undefined;
      sleepers.add(sleeper);

      function wake() {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        resolve();
      }
    });
  }

  function advance(ms: number): void {
    ahead += ms;
    for (const sleeper of sleepers) if (sleeper.until <= now()) sleeper.wake();
  }
}
