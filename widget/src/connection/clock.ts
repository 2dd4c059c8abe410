/** Time, chance and the moments at which a browser comes back to life. */
export interface Clock {
  now(): number;
  /** Returns how to cancel. */
  after(ms: number, run: () => void): () => void;
  /** 0 ≤ n < 1. */
  random(): number;
  /** Calls `run` when the network is back, or the visitor. Returns how to stop. */
  onWake(run: () => void): () => void;
}

// Taken while this file loads: the page may replace its globals later.
const { setTimeout, clearTimeout, document } = globalThis;
const now = Date.now;
const random = Math.random;

/** The browser's own. */
export function browserClock(): Clock {
  return {
    now,
    random,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onWake(run) {
      const stop = new AbortController();
      const { signal } = stop;
      addEventListener("online", run, { signal });
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && run(), { signal });
      return () => stop.abort();
    },
  };
}
