import type { Clock } from "./clock.ts";

const LONGEST_PAUSE_MS = 30_000;

/** Waits between attempts. One per thing that is attempted. */
export interface Patience {
  /** Longer after every failure: about 1 s, 2 s, 4 s … 30 s, and never less than was asked for. */
  afterFailure(atLeastMs?: number): Promise<void>;
  pause(ms: number): Promise<void>;
  /** It worked: the next failure is the first again. */
  succeeded(): void;
  /** Ends the present pause. Returns whether there was one. */
  hurry(): boolean;
}

export function createPatience(clock: Clock): Patience {
  let failures = 0;
  let end: (() => void) | null = null;
  return {
    pause,
    afterFailure(atLeastMs = 0) {
      const ms = Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** failures);
      failures += 1;
      // Half of it is left to chance, so that a thousand visitors do not come back at once.
      return pause(Math.max(atLeastMs, ms * (0.5 + clock.random() / 2)));
    },
    succeeded: () => void (failures = 0),
    hurry() {
      end?.();
      return end !== null;
    },
  };

  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      end = () => {
        cancel();
        resolve();
      };
    });
    end = null;
  }
}
