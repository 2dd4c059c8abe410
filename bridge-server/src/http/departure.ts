import { pause, type Clock } from "../clock.ts";

const TICK_MS = 50;
/** So many at least go in one tick: a small site's bridge stops at once. */
const TOGETHER_AT_LEAST = 15;

/** How those who listen leave a bridge that goes away. */
export interface Departure {
  /** Calls `goAway` once it is this listener's turn, unless what is returned has been called. */
  join(goAway: () => void): () => void;
  /**
   * Sends everybody away, spread over `withinMs` at most. Thousands who came back to the other bridges in the same half second
   * would wait there for each other, and everybody else's lines behind them. Resolves when the last has been told.
   */
  begin(withinMs: number): Promise<void>;
}

export function createDeparture(clock: Clock): Departure {
  const staying = new Set<() => void>();
  let hasBegun = false;

  return {
    join(goAway) {
      if (hasBegun) goAway(); // it came over a connection that was kept
      else staying.add(goAway);
      return () => void staying.delete(goAway);
    },
    async begin(withinMs) {
      hasBegun = true;
      const together = Math.max(TOGETHER_AT_LEAST, Math.ceil((staying.size * TICK_MS) / withinMs));
      for (;;) {
        const now = [...staying].slice(0, together);
        for (const goAway of now) {
          staying.delete(goAway);
          goAway();
        }
        if (staying.size === 0) return;
        await pause(clock, TICK_MS);
      }
    },
  };
}
