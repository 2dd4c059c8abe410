import { setTimeout as pause } from "node:timers/promises";
import type { Fleet } from "./fleet.ts";
import type { Options } from "./options.ts";
import type { Tally } from "./tally.ts";

export interface Faults {
  kills: number;
  restarts: { stopMs: number; allMs: number }[];
}

/** So much of the time bridges are killed in turn; then always the same one, so that the other lives long enough for its memory to say something. */
const IN_TURN = 0.6;

/** Kills a bridge every so often, until it is over. */
export async function killInTurn({ fleet, options, over }: { fleet: Fleet; options: Options; over: AbortSignal }): Promise<Faults> {
  const most = Math.floor((options.minutes * 60 * IN_TURN) / options.every);
  let kills = 0;
  for (;;) {
    await pause(options.every * 1_000, undefined, { signal: over }).catch(() => {});
    if (over.aborted) return { kills, restarts: [] };
    fleet.kill(kills < most ? kills % fleet.urls.length : fleet.urls.length - 1);
    kills++;
  }
}

/** Restarts one after another, each when everybody is back from the last. */
export async function restartInTurn({ fleet, tally, options }: { fleet: Fleet; tally: Tally; options: Options }): Promise<Faults> {
  const restarts: Faults["restarts"] = [];
  while (restarts.length < options.restarts) {
    const next = pause(options.every * 1_000);
    restarts.push(await fleet.restart(restarts.length % fleet.urls.length));
    await next;
    while (tally.sums.open < options.streams) await pause(50);
  }
  return { kills: 0, restarts };
}

const ALL_BACK_WITHIN_MS = 120_000;

/** Kills all bridges at once, and waits until everybody is back. Answers with the milliseconds that took. */
export async function storm({ fleet, tally }: { fleet: Fleet; tally: Tally }): Promise<number> {
  const before = tally.sums.open;
  const began = performance.now();
  for (const bridge of fleet.urls.keys()) fleet.kill(bridge);
  while (tally.sums.open === before) await pause(5);
  while (tally.sums.open < before) {
    if (performance.now() - began > ALL_BACK_WITHIN_MS) throw new Error(`${before - tally.sums.open} streams did not come back`);
    await pause(20);
  }
  return performance.now() - began;
}
