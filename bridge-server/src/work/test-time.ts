import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../clock.ts";

/** Enough turns for a commit, a renewal and whatever follows from them. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await turn();
}

/** One process's time: it moves when it is told to, and stands still for a process that is frozen. */
export function handMovedClock() {
  let now = Date.parse("2026-11-23T10:00:00Z");
  let isFrozen = false;
  const timers = new Set<{ at: number; run: () => void }>();
  const clock: Clock = {
    now: () => new Date(now),
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  return {
    clock,
    freeze: () => void (isFrozen = true),
    thaw: () => void (isFrozen = false),
    pass(ms: number): void {
      now += ms;
      if (isFrozen) return;
      for (const timer of [...timers].filter(({ at }) => at <= now)) if (timers.delete(timer)) timer.run();
    },
  };
}
