import type { Clock } from "../clock.ts";

/** So much at once, and so much again per `perMs`. */
export interface Allowance {
  burst: number;
  amount: number;
  perMs: number;
}

/** How much of anything per whom. Kept in memory: after a restart everybody has their allowance again. */
export interface Limits {
  /** Takes one. Answers 0, or how many milliseconds to wait for the next; then nothing was taken. */
  take(what: string, whom: string, allowance: Allowance): number;
}

/** Beyond this, whoever was seen least recently is forgotten: memory is bounded however many addresses come. */
const MAX_REMEMBERED = 100_000;

export function createLimits(clock: Clock): Limits {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(what, whom, { burst, amount, perMs }) {
      const key = `${what} ${whom}`;
      const now = clock.now().getTime();
      const rate = amount / perMs;
      const bucket = buckets.get(key) ?? { left: burst, at: now };
      const left = Math.min(burst, bucket.left + Math.max(0, now - bucket.at) * rate);
      buckets.delete(key);
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
      if (buckets.size > MAX_REMEMBERED) buckets.delete(buckets.keys().next().value ?? key);
      return left >= 1 ? 0 : Math.ceil((1 - left) / rate);
    },
  };
}

/** How many of something are open at once, per whom. */
export function createCounter() {
  const open = new Map<string, number>();
  return {
    countOf: (whom: string) => open.get(whom) ?? 0,
    /** `false` when `whom` has `max` open already. Otherwise `leave` is owed, once. */
    enter(whom: string, max: number): boolean {
      const count = open.get(whom) ?? 0;
      if (count >= max) return false;
      open.set(whom, count + 1);
      return true;
    },
    leave(whom: string): void {
      const left = (open.get(whom) ?? 1) - 1;
      if (left === 0) open.delete(whom);
      else open.set(whom, left);
    },
  };
}
