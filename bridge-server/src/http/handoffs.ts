import { createHash } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Bridge } from "../bridge.ts";
import { handoffsOf, type HandoffRecord } from "../conversation/handoff.ts";
import type { FallbackStep } from "../conversation/fallback.ts";
import type { HandoffId, Lifecycle } from "../conversation/lifecycle.ts";
import type { Rules } from "../conversation/routing.ts";
import { type Steering, whyNot } from "../conversation/steering.ts";
import { handoffView } from "../export/handoff-view.ts";
import type { ConversationKey, Known } from "../store/store.ts";
import { bodyOf } from "./body.ts";
import type { Departure } from "./departure.ts";
import { handoffEvents } from "./handoff-events.ts";
import { listHandoffs } from "./handoff-list.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { conversationsBy, handoffByReference, mustBe, type WhoIs } from "./operators.ts";
import { Refusal } from "./problem.ts";

const Id = z.string().min(1).max(300);
export const OutcomeReport = z
  .object({
    /** The reporter's own, and the same when it reports again because it heard no answer. */
    id: z.string().min(1).max(200),
    about: z
      .object({ shared_id: Id.optional(), id: Id.optional() })
      .refine((names) => names.shared_id ?? names.id, "write shared_id or id"),
    resolution: z.string().min(1).max(100).nullish(),
    wrap_up: z.string().min(1).max(5_000).nullish(),
    rating: z.int().min(1).max(5).nullish(),
  })
  .refine((told) => told.resolution ?? told.wrap_up ?? told.rating, "tells nothing: write resolution, wrap_up or rating");

export interface HandoffParts {
  bridge: Bridge;
  newId(): string;
  whoIs: WhoIs;
  /** Writes down who does what, before it is done. */
  noteDeed: Bridge["noteDeed"];
  heartbeat: Heartbeat;
  departure: Departure;
  /** `studioPage`: where the assistant's owner looks at a conversation of it, if that is known. */
  sites: { name: string; account: string; project: string; studioPage(assistantChat: string): string | null }[];
  /** Where the handoffs of a site go, and what follows when nobody can come. */
  handingOff(site: string): { rules: Rules; fallback: FallbackStep[] };
}

/** What downstream systems read: every handoff's state and history, in our own shape and in PolyAI's. */
export function handoffRoutes({ bridge, newId, whoIs, sites, heartbeat, departure }: HandoffParts) {
  const app = new Hono<{ Bindings: HttpBindings; Variables: { headers: Record<string, string> } }>();
  const find = conversationsBy(bridge);
  const findByReference = handoffByReference(bridge);
  const events = handoffEvents({ bridge, heartbeat, departure });

  app.get("/handoffs/events", (c) => {
    mustBe("viewer", whoIs(c));
    return events(c);
  });

  /**
   * Without a name: those that fit the filters, page by page. `?shared_id=` wins over `?reference=`, and that over `?id=`; several are no
   * fallback for each other. `reference` is what a visitor reads out on the phone, `id` the assistant's conversation, the handoff's or our own.
   */
  app.get("/handoffs", async (c) => {
    mustBe("viewer", whoIs(c));
    const { shared_id: sharedId, reference, id } = c.req.query();
    if (!sharedId && !reference && !id) return c.json(await listHandoffs(bridge, c.req.query()));
    const here = sites.map(({ name }) => name);
    const found = reference && !sharedId ? await findByReference(here, reference) : await find(here, sharedId, id);
    if (!found) throw new Refusal("not_found", "no handoff goes by this id");
    const [conversation, notes] = await Promise.all([bridge.read(found.key), bridge.notes(found.key)]);
    const records = handoffsOf(notes).filter(belongsTo(found, sharedId));
    const studioPage = sites.find(({ name }) => name === found.key.site)?.studioPage ?? (() => null);
    if (!conversation || records.length === 0) throw new Refusal("not_found", "this conversation was not handed off");
    const handoffs = records.map((record) =>
      Object.assign(handoffView(record, studioPage), { why_not: whyNotEach(conversation.lifecycle, record.handoff) }),
    );
    return c.json({ site: found.key.site, conversation: found.key.id, handoffs });
  });

  /**
   * What became of a handoff, told by the system that knows. Found as `GET /handoffs` finds it: the last handoff there, or else the
   * conversation. The same `id` again changes nothing, and with other words it is refused.
   */
  app.post("/outcomes", async (c) => {
    mustBe("viewer", whoIs(c), "outcomes");
    const { id, about, resolution, wrap_up: wrapUp, rating } = await bodyOf(c, OutcomeReport);
    const found = await find(
      sites.map(({ name }) => name),
      about.shared_id,
      about.id,
    );
    if (!found) throw new Refusal("not_found", "no conversation goes by this id");
    const handoff = handoffsOf(await bridge.notes(found.key)).findLast(belongsTo(found, about.shared_id))?.handoff ?? null;
    const outcome = { resolution: resolution ?? null, wrapUp: wrapUp ?? null, rating: rating ?? null };
    const digest = createHash("sha256").update(JSON.stringify(outcome)).digest("base64url").slice(0, 22);
    const { repeats } = await bridge.happened(found.key, `outcome:${id}`, { type: "outcome_reported", handoff, ...outcome }, { digest });
    if (repeats && repeats.digest !== digest) throw new Refusal("conflict", "this id was used for another outcome");
    return c.json({ site: found.key.site, conversation: found.key.id, handoff });
  });

  /** PolyAI's own path and shape, so that a system written for it can be pointed here. */
  app.get("/:account/:project/handoff_state", async (c) => {
    const { account, project } = c.req.param();
    const errorId = c.req.header("x-polyai-correlation-id") ?? newId();
    c.header("x-polyai-correlation-id", errorId);
    const refuse = (status: 400 | 401 | 404, code: string, text: string) =>
      c.json({ success: false, error: text, error_id: errorId, error_code: code, error_message: text, data: null }, status);
    if (!whoIs(c)) return refuse(401, "AUTH_USER_UNAUTHORISED", "The API key is missing or unknown.");
    const here = sites.filter((site) => site.account === account && site.project === project).map(({ name }) => name);
    if (here.length === 0) return refuse(404, "PROJECT_NOT_FOUND", "No site of this bridge belongs to this account and project.");
    const { shared_id: sharedId, id } = c.req.query();
    if (!sharedId && !id) return refuse(400, "SCHEMA_VALIDATION_FAILED", "Either id or shared_id must be given.");
    const found = await find(here, sharedId, id);
    const record = found && handoffsOf(await bridge.notes(found.key)).findLast(belongsTo(found, sharedId));
    if (!record) return refuse(404, "HANDOFF_STATE_NOT_FOUND", "No handoff state is stored for this id.");
    const data = record.context?.data ?? {};
    return c.json({
      id: record.assistantChat,
      shared_id: record.sharedId,
      data: { ...data, handoff_state: data["handoff_state"] ?? record.state },
    });
  });

  return app;
}

/** Why each of the things that operators do about a handoff cannot be done now, by the names of the API. */
function whyNotEach(lifecycle: Lifecycle, handoff: HandoffId): Record<"retry" | "reroute" | "close", string | null> {
  const why = (did: Steering["did"]) => whyNot(lifecycle, handoff, did);
  return { retry: why("retried"), reroute: why("rerouted"), close: why("closed") };
}

/** Finds a handoff of any site by its own id. Throws a `Refusal` where there is none. */
export function handoffById({ bridge, sites }: Pick<HandoffParts, "bridge" | "sites">) {
  const find = conversationsBy(bridge);
  const here = sites.map(({ name }) => name);
  return async (id: string): Promise<{ key: ConversationKey; record: HandoffRecord }> => {
    const found = await find(here, undefined, id);
    const record = found && handoffsOf(await bridge.notes(found.key)).find((one) => one.handoff === found.handoff);
    if (!record) throw new Refusal("not_found", "no handoff goes by this id");
    return { key: found.key, record };
  };
}

/** One conversation may have had several automated parts; a shared id names one of them, a handoff's id one handoff. */
export const belongsTo = (found: Known, sharedId: string | undefined) => (record: HandoffRecord) =>
  (!sharedId || record.sharedId === sharedId) && (found.handoff === null || record.handoff === found.handoff);
