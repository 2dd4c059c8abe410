import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

const EVERY_MS = 60_000;

/** Tells of the first `source` at once, and of those that follow within a minute only how many they were: a scanner tries for days. */
export function createSeldom(log: Log, clock: Clock, { first, more, hint }: { first: string; more: string; hint: string }) {
  let seen = 0;
  return (source: string): void => {
    if (seen++ > 0) return;
    log({ event: first, level: "warn", source, hint });
    clock.after(EVERY_MS, () => {
      if (seen > 1) log({ event: more, level: "warn", count: seen - 1 });
      seen = 0;
    });
  };
}
