import type { Began } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import { createPatience } from "../connection/patience.ts";
import { refusalOf, type RefusalCode } from "../connection/refusal.ts";

interface BeginningEvents {
  /** The key of the chat that is to begin; empty if none is. */
  wanted(): string;
  /** Asks once. Throws a `Refusal`. */
  ask(key: string): Promise<Began>;
  began(key: string, began: Began): void;
  refused(code: RefusalCode, detail: string): void;
}

/** Begins a conversation: asks, with the same key, until the bridge has answered or there is nothing to begin. One attempt at a time. */
export function createBeginning(clock: Clock, { wanted, ask, began, refused }: BeginningEvents): () => Promise<void> {
  const patience = createPatience(clock);
  let isBeginning = false;

  return async () => {
    if (isBeginning) return;
    isBeginning = true;
    for (let key = wanted(); key; key = wanted()) await tryToBegin(key);
    isBeginning = false;
  };

  async function tryToBegin(key: string): Promise<void> {
    let atLeastMs = 0;
    try {
      began(key, await ask(key));
    } catch (error) {
      const { code, retryAfterMs, detail } = refusalOf(error);
      atLeastMs = retryAfterMs;
      if (wanted() === key) refused(code, detail); // or the visitor has left that chat in the meantime
    }
    if (wanted() === key) await patience.afterFailure(atLeastMs);
    else patience.succeeded();
  }
}
