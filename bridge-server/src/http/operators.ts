import { createHash, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import type { Bridge } from "../bridge.ts";
import type { ConversationKey, Known } from "../store/store.ts";
import { Refusal } from "./problem.ts";

/** A key that may read, as configured. Without any, nobody may. */
export interface OperatorKey {
  name: string;
  reveal(): string;
}

/** Whether a request carries one of the keys, in `x-api-key` or as a bearer token. */
export function isOperatorWith(keys: OperatorKey[]): (c: Context) => boolean {
  const digests = keys.map((key) => digestOf(key.reveal()));
  return (c) => {
    const given = c.req.header("x-api-key") ?? /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (!given) return false;
    const digest = digestOf(given);
    return digests.filter((known) => timingSafeEqual(known, digest)).length > 0; // all are compared, so time tells nothing
  };
}

/** Throws a `Refusal` when the request carries no key. */
export function mustBeOperator(c: Context, isOperator: (c: Context) => boolean): void {
  if (!isOperator(c)) throw new Refusal("unauthorized", "send an operator key in the x-api-key header");
}

/**
 * Finds a conversation of the sites named. `sharedId` wins, and both given is no fallback. `id` is the handoff's, what a visitor
 * reads out on the phone, the assistant's conversation, or our own.
 */
export function conversationsBy(bridge: Bridge) {
  return async (sites: string[], sharedId: string | undefined, id: string | undefined): Promise<Known | null> => {
    if (sharedId) {
      const known = await bridge.find(null, { kind: "shared_id", value: sharedId });
      return known && sites.includes(known.key.site) ? known : null;
    }
    for (const kind of ["handoff", "reference"] as const) {
      const handoff = await bridge.find(null, { kind, value: id ?? "" });
      if (handoff && sites.includes(handoff.key.site)) return handoff;
    }
    for (const site of sites) {
      const chat = await bridge.find(site, { kind: "assistant_chat", value: id ?? "" });
      if (chat) return chat;
      const key: ConversationKey = { site, id: id ?? "" };
      if (await bridge.read(key)) return { key, handoff: null };
    }
    return null;
  };
}

function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
