import type { Clock } from "../connection/clock.ts";
import { createPatience } from "../connection/patience.ts";
import { refusalOf, type RefusalCode } from "../connection/refusal.ts";
import type { Memory, Remembered } from "./memory.ts";
import { randomKey } from "./random.ts";

interface BeginningEvents {
  mayBegin(): boolean;
  /** Asks once. Throws a `Refusal`. */
  ask(key: string): Promise<Remembered["session"]>;
  began(session: Remembered["session"]): void;
  refused(code: RefusalCode, detail: string): void;
}

/** Begins a conversation: asks, with the same key, until the bridge has answered or there is nothing to begin. One attempt at a time. */
export function createBeginning(memory: Memory, clock: Clock, events: BeginningEvents): () => Promise<void> {
  const patience = createPatience(clock);
  let isBeginning = false;

  return async () => {
    if (isBeginning) return;
    isBeginning = true;
    while (events.mayBegin()) await tryToBegin();
    isBeginning = false;
  };

  async function tryToBegin(): Promise<void> {
    const key = memory.read("key") ?? randomKey();
    memory.write("key", key);
    try {
      const session = await events.ask(key);
      if (memory.read("key") !== key) return; // the visitor has started over in the meantime
      memory.write("key", null);
      patience.succeeded();
      events.began(session);
    } catch (error) {
      const { code, retryAfterMs, detail } = refusalOf(error);
      // What this key began is too old to be asked for again, so it would be refused for ever.
      if (code === "conflict") memory.write("key", null);
      events.refused(code, detail);
      if (events.mayBegin()) await patience.afterFailure(retryAfterMs);
    }
  }
}
