import { setTimeout as pause } from "node:timers/promises";
import type { Crowd } from "./crowd.ts";
import type { Options } from "./options.ts";

const TICK_MS = 20;
const TELLS_EVERY_MS = 30_000;

/**
 * Starts turns and deliveries at the pace that was asked for, until the minutes are over. What nobody is free for is not made up
 * for later: the report says what was reached.
 */
export async function keepPace({ crowd, options, over, progress }: Pace): Promise<void> {
  const began = performance.now();
  const until = options.restarts > 0 ? Infinity : began + options.minutes * 60_000;
  const paces = [
    { rate: options.turns, due: 0, start: crowd.speak },
    { rate: options.webhooks, due: 0, start: crowd.deliver },
  ];
  let last = began;
  let toldAt = began;
  while (!over.aborted && performance.now() < until) {
    await pause(TICK_MS);
    const now = performance.now();
    for (const pace of paces) {
      pace.due += ((now - last) / 1_000) * pace.rate;
      const whole = Math.floor(pace.due);
      pace.due -= whole;
      pace.start(whole);
    }
    last = now;
    if (now - toldAt < TELLS_EVERY_MS) continue;
    toldAt = now;
    progress();
  }
}

interface Pace {
  crowd: Crowd;
  options: Options;
  over: AbortSignal;
  progress(): void;
}
