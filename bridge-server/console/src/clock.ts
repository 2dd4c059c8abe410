import { signal } from "@preact/signals";

/** Time and the moments at which a browser comes back to life, as an argument: whatever waits takes one of these. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Returns how to cancel. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` when the network or the page is back. Returns how to stop. */
  onWake(run: () => void): () => void;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  onWake(run) {
    const stop = new AbortController();
    addEventListener("online", run, { signal: stop.signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && run(), { signal: stop.signal });
    return () => stop.abort();
  },
};

/** The time, once a second; whoever reads it is drawn again. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1_000);
