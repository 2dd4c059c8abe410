import type { Bridge } from "../bridge.ts";
import { pause, type Clock } from "../clock.ts";
import type { Fact } from "../conversation/facts.ts";
import { faultOf, type Log } from "../log.ts";
import { StoreUnavailable, type ConversationKey, type Recorded } from "../store/store.ts";

/** A call waits no longer than that for the disk. */
const WRITTEN_WITHIN_MS = 1_000;
const AGAIN_MS = 1_000;
/** What waits in memory for the store to come back. Beyond that, the log line is all there is. */
const MOST_WAITING = 10_000;

interface Entry {
  key: ConversationKey;
  factId: string;
  fact: Extract<Fact, { type: "call_came" }>;
}

/**
 * Writes calls down. A chat waits until it is on disk, but a caller who waits hangs up: so a call goes on when the store is away, and is
 * written down once that is back. What waited when the bridge died is in the log alone.
 */
export function createLedger({ bridge, clock, log }: { bridge: Pick<Bridge, "happened">; clock: Clock; log: Log }) {
  const waiting: Entry[] = [];
  let cancelRetry: (() => void) | null = null;

  return {
    /** What came of it, or `null` when it is not known to be on disk yet. Never rejects. */
    write(entry: Entry): Promise<Recorded | null> {
      const written = attempt(entry).then((came) => {
        if (came === "later") postpone(entry);
        return typeof came === "string" ? null : came;
      });
      return Promise.race([written, pause(clock, WRITTEN_WITHIN_MS).then(() => null)]);
    },
    close(): void {
      cancelRetry?.();
      if (waiting.length > 0) log({ event: "calls_not_recorded", level: "error", count: waiting.length });
    },
  };

  async function attempt({ key, factId, fact }: Entry): Promise<Recorded | "later" | "never"> {
    try {
      return await bridge.happened(key, factId, fact);
    } catch (error) {
      if (error instanceof StoreUnavailable) return "later";
      log({
        event: "call_not_recorded",
        level: "error",
        site: key.site,
        conversation: key.id,
        handoff: fact.handoff,
        error: faultOf(error),
      });
      return "never"; // the caller is not to blame, and is passed on all the same
    }
  }

  function postpone(entry: Entry): void {
    const { key, fact } = entry;
    const isKept = waiting.length < MOST_WAITING;
    if (isKept) waiting.push(entry);
    const state = isKept ? "waiting" : "lost";
    log({ event: "call_not_recorded", level: "error", site: key.site, conversation: key.id, handoff: fact.handoff, state });
    cancelRetry ??= clock.after(AGAIN_MS, () => void retry());
  }

  async function retry(): Promise<void> {
    for (let next = waiting[0]; next; next = waiting[0]) {
      if ((await attempt(next)) === "later") break;
      waiting.shift();
    }
    cancelRetry = waiting.length > 0 ? clock.after(AGAIN_MS, () => void retry()) : null;
  }
}
