import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Bridge } from "../bridge.ts";
import { handoffsOf, type HandoffRecord } from "../conversation/handoff.ts";
import { missingIn, readHeaders, writeHeaders, type SipMapping } from "../sip/headers.ts";
import { bodyOf } from "./body.ts";
import { belongsTo } from "./handoffs.ts";
import { conversationsBy, mustBe, type WhoIs } from "./operators.ts";
import { Refusal } from "./problem.ts";

const Site = z.string().min(1).max(63);
const Value = z.string().max(4_096);
export const FromCall = z.object({
  site: Site,
  /** By name in any case; one that came several times is a list. */
  headers: z.record(z.string().min(1).max(100), z.union([Value, z.array(Value).max(10)])),
});
export const ForCall = z.object({
  site: Site,
  about: z
    .object({ shared_id: z.string().min(1).max(300).optional(), id: z.string().min(1).max(300).optional() })
    .refine((names) => names.shared_id ?? names.id, "write shared_id or id"),
  /** Headers of this one call: they override the site's. */
  headers: z.record(z.string().min(1).max(100), Value).default({}),
});

/** What the assistant keeps for the person who takes over, or why it is not there. */
export type Stored = { state: "found"; data: Record<string, unknown> } | { state: "missing" | "foreign" | "unreachable" };

export interface SipParts {
  bridge: Bridge;
  whoIs: WhoIs;
  /** `null`: there is no such site. */
  sipOf(site: string): SipMapping | null;
  /** Asks the site's assistant for what it stored under a shared id. Never rejects. */
  storedBy(site: string, sharedId: string): Promise<Stored>;
}

/** For the middleware between a phone system and its agents: what a call's headers say, and which headers say what a handoff knows. */
export function sipRoutes({ bridge, whoIs, sipOf, storedBy }: SipParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const find = conversationsBy(bridge);

  /**
   * The context of a call for an agent's screen. What the assistant stored under the call's `shared_id` is the truth, and the
   * headers say the rest; every field tells where it comes from.
   */
  app.post("/sip/context", async (c) => {
    mustBe("viewer", whoIs(c));
    const { site, headers } = await bodyOf(c, FromCall);
    const mapping = mappingOf(site);
    const read = readHeaders(
      mapping,
      Object.entries(headers).flatMap(([name, given]) => [given].flat().map((value): [string, string] => [name, value])),
    );
    const sharedId = read.context["shared_id"] ?? null;
    const handoff = sharedId === null ? null : await handoffBy(site, { shared_id: sharedId });
    const kept = handoff?.context ?? null;
    const brought = { ...(kept?.source === "headers" && kept.data), ...read.context }; // when it was led here, and now
    const isStored = kept !== null && kept.source !== "headers";
    const stored = isStored ? { state: "found" as const, data: kept.data } : await storedFor(site, sharedId);
    const data = stored.state === "found" ? stored.data : {};
    const fields = (from: "assistant" | "header", values: Record<string, unknown>) =>
      Object.entries(values).map(([field, value]) => [field, { value, from }] as const);
    const context = Object.fromEntries([...fields("header", brought), ...fields("assistant", data)]);
    return c.json({
      site,
      shared_id: sharedId,
      stored: stored.state,
      handoff: handoff && summaryOf(handoff),
      context,
      missing: missingIn(mapping, { ...brought, ...data }),
      unread: read.unread,
    });
  });

  /** The headers that a call about a handoff should carry. Found as `GET /v1/handoffs` finds it: the last handoff there. */
  app.post("/sip/headers", async (c) => {
    mustBe("viewer", whoIs(c));
    const { site, about, headers: passed } = await bodyOf(c, ForCall);
    const mapping = mappingOf(site);
    const handoff = await handoffBy(site, about);
    if (handoff === null) throw new Refusal("not_found", "no handoff of this site goes by this id");
    const known = { destination: handoff.destination, reason: handoff.reason, shared_id: handoff.sharedId };
    const { headers, missing, unwritten } = writeHeaders(mapping, { ...known, ...handoff.context?.data }, passed);
    return c.json({ site, handoff: summaryOf(handoff), headers: headers.map(([name, value]) => ({ name, value })), missing, unwritten });
  });

  return app;

  function mappingOf(site: string): SipMapping {
    const mapping = sipOf(site);
    if (mapping === null) throw new Refusal("unknown_site", "this bridge does not serve a site of this name");
    return mapping;
  }

  async function handoffBy(
    site: string,
    about: { shared_id?: string | undefined; id?: string | undefined },
  ): Promise<HandoffRecord | null> {
    const found = await find([site], about.shared_id, about.id);
    return (found && handoffsOf(await bridge.notes(found.key)).findLast(belongsTo(found, about.shared_id))) ?? null;
  }

  async function storedFor(site: string, sharedId: string | null): Promise<Stored> {
    return sharedId === null ? { state: "missing" } : storedBy(site, sharedId);
  }
}

function summaryOf({ handoff, state, stage, destination, reason }: HandoffRecord) {
  return { id: handoff, state, stage, destination, reason };
}
