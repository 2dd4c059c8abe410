import { monitorEventLoopDelay } from "node:perf_hooks";
import { everyMachineMs, machineMs } from "../clock.ts";

/** How much is waiting for the store, and for how long. */
export interface Waiting {
  /** Counts as waiting until what is returned is given to `leave`. */
  enter(): Since;
  leave(one: Since): void;
  count(): number;
  /** Milliseconds that the oldest has waited. */
  oldestMs(): number;
}

/** When it began, in milliseconds of the machine. */
export interface Since {
  readonly since: number;
}

export function createWaiting(now = machineMs): Waiting {
  const under = new Set<Since>(); // in order of arrival
  return {
    enter() {
      const one = { since: now() };
      under.add(one);
      return one;
    },
    leave: (one) => void under.delete(one),
    count: () => under.size,
    oldestMs() {
      for (const { since } of under) return now() - since;
      return 0;
    },
  };
}

/** How late the event loop was at worst in the last moment, in milliseconds. */
export interface Lag {
  ms(): number;
  stop(): void;
}

const MOMENT_MS = 250;
const RESOLUTION_MS = 20;

export function eventLoopLag(): Lag {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let worst = 0;
  let isStarting = true;
  const stop = everyMachineMs(MOMENT_MS, () => {
    worst = isStarting ? 0 : delays.max / 1e6; // a start takes long, and ends before anybody is let in
    isStarting = false;
    delays.reset();
  });
  return {
    ms: () => worst,
    stop() {
      stop();
      delays.disable();
    },
  };
}

/** Beyond these, new conversations are sent away; beyond twice as much, lines as well. */
export interface Bounds {
  lagMs: number;
  storeWaiting: number;
  storeOldestMs: number;
  requests: number;
}

export const BOUNDS: Bounds = { lagMs: 500, storeWaiting: 2_000, storeOldestMs: 2_500, requests: 2_000 };

/** How much too much there is to do. */
export function createPressure(parts: { lag: Pick<Lag, "ms">; waiting: Waiting; requests(): number }, bounds = BOUNDS) {
  return (): "none" | "some" | "much" => {
    const worst = Math.max(
      parts.lag.ms() / bounds.lagMs,
      parts.waiting.count() / bounds.storeWaiting,
      parts.waiting.oldestMs() / bounds.storeOldestMs,
      parts.requests() / bounds.requests,
    );
    return worst > 2 ? "much" : worst > 1 ? "some" : "none";
  };
}
