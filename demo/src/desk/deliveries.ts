import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import type { Reach } from "./chat.ts";
import type { ToBridge } from "./wire.ts";

interface Options {
  to: URL;
  secret: string;
  /** The first pause after a failure; it doubles up to sixteen times that. */
  pauseMs?: number;
  onReach?(reach: Reach): void;
}

/**
 * Takes events to the bridge: signed, in order per chat, each until it is taken or refused, always under the same id. A bridge
 * that is away for a while gets everything when it is back.
 */
export function createDeliveries({ to, secret, pauseMs = 250, onReach = () => {} }: Options) {
  const webhook = new Webhook(secret);
  const lanes = new Map<string, Waiting[]>();
  const stopping = new AbortController();
  let reach: Reach = "reached";

  return {
    reach: () => reach,
    tell(chat: string, event: ToBridge, onOutcome: (outcome: "delivered" | "refused") => void = () => {}): void {
      const lane = lanes.get(chat);
      if (lane && lane.length > 0 && event.type === "agent.typing") return; // worth nothing later, so it never waits behind something that is
      const waiting = { id: `evt_${randomUUID()}`, event, onOutcome };
      if (lane) lane.push(waiting);
      else {
        lanes.set(chat, [waiting]);
        void work(chat);
      }
    },
    stop: () => stopping.abort(),
  };

  async function work(chat: string): Promise<void> {
    const lane = lanes.get(chat) ?? [];
    for (let next = lane[0]; next && !stopping.signal.aborted; next = lane[0]) {
      next.onOutcome(await insist(chat, next));
      lane.shift();
    }
    lanes.delete(chat);
  }

  async function insist(chat: string, { id, event }: Waiting): Promise<"delivered" | "refused"> {
    for (let wait = pauseMs; ; wait = Math.min(wait * 2, pauseMs * 16)) {
      const status = await attempt(id, chat, event);
      reached(status);
      if (status !== null && status < 300) return "delivered";
      if (status === 400 || isFleeting(event)) return "refused"; // the bridge cannot read it, and will not be able to
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return "refused";
    }
  }

  /** The bridge's status, or `null` when nobody answered. */
  async function attempt(id: string, chat: string, { type, ...data }: ToBridge): Promise<number | null> {
    const now = new Date();
    const body = JSON.stringify({ type, data: { chat, ...data } });
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": webhook.sign(id, now, body),
    };
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(10_000)]);
      const answer = await fetch(to, { method: "POST", headers, body, signal, redirect: "manual" });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return null; // refused, reset or too slow: the same to us, it is tried again
    }
  }

  function reached(status: number | null): void {
    const now = status === null || status >= 500 ? "unreachable" : [401, 403, 404].includes(status) ? "refusing" : "reached";
    if (now === reach) return;
    reach = now;
    onReach(now);
  }
}

export type Deliveries = ReturnType<typeof createDeliveries>;

interface Waiting {
  id: string;
  event: ToBridge;
  onOutcome(outcome: "delivered" | "refused"): void;
}

/** Tried once: it says nothing that the next of its kind does not say. */
function isFleeting({ type }: ToBridge): boolean {
  return type === "agent.typing" || type === "agent.read";
}
