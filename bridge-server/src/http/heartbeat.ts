import type { Clock } from "../clock.ts";

/** Shorter than the patience of any usual proxy with a connection that is silent. */
const ROUND_MS = 15_000;
const SLOTS = 15;

export interface Heartbeat {
  /** Calls `beat` within fifteen seconds and every fifteen seconds after, until what is returned is called. */
  join(beat: () => void): () => void;
}

/**
 * One timer for everybody, instead of one for every stream held. They take turns, so that thousands who came at once
 * do not beat at once.
 */
export function createHeartbeat(clock: Clock): Heartbeat {
  const slots = Array.from({ length: SLOTS }, () => new Set<() => void>());
  let joined = 0;
  let members = 0;
  let turns = 0;
  let turnedAt = 0;
  let isTurning = false;

  return {
    join(beat) {
      const slot = slots[joined++ % SLOTS]!; // one of them, by the remainder
      slot.add(beat);
      members++;
      if (!isTurning) {
        turnedAt = clock.now().getTime();
        turnLater();
      }
      return () => {
        if (slot.delete(beat)) members--;
      };
    },
  };

  function turnLater(): void {
    isTurning = true;
    clock.after(ROUND_MS / SLOTS, turn);
  }

  /** A machine that was asleep has missed some turns: they are made up for, at most one round. */
  function turn(): void {
    isTurning = false;
    const now = clock.now().getTime();
    const missed = Math.floor((now - turnedAt) / (ROUND_MS / SLOTS));
    turnedAt = now;
    for (let n = 0; n < Math.min(Math.max(missed, 1), SLOTS); n++) for (const beat of slots[turns++ % SLOTS]!) beat();
    if (members > 0 && !isTurning) turnLater();
  }
}
