import type { Clock } from "@baton/bridge-server/clock";

/** Time that moves only when it is pushed. What is due runs at its own moment, oldest first. */
export function createVirtualClock(start: Date): Clock & VirtualTime {
  let now = start.getTime();
  const timers = new Set<{ at: number; run: () => void }>();

  return {
    now: () => new Date(now),
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async pass(ms, afterEach) {
      const end = now + ms;
      for (let next = earliest(); next && next.at <= end; next = earliest()) {
        now = Math.max(now, next.at);
        await fire();
      }
      now = end;
      await afterEach();

      async function fire() {
        for (const timer of [...timers].filter(({ at }) => at <= now).toSorted((one, other) => one.at - other.at)) {
          if (timers.delete(timer)) timer.run();
        }
        await afterEach();
      }
    },
    async jump(ms, afterwards) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) if (timers.delete(timer)) timer.run();
      await afterwards();
    },
  };

  function earliest() {
    return [...timers].reduce<{ at: number } | null>((first, timer) => (first && first.at <= timer.at ? first : timer), null);
  }
}

export interface VirtualTime {
  /** Walks through `ms`, stopping wherever something is due; `afterEach` waits until what that started is over. */
  pass(ms: number, afterEach: () => Promise<void>): Promise<void>;
  /** Leaps over `ms` as a machine does that was asleep: everything due on the way runs once, at the end. */
  jump(ms: number, afterwards: () => Promise<void>): Promise<void>;
}
