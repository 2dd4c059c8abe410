import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import { ANY_SITE } from "../bridge-jobs.ts";
import type { KeptDelivery } from "../bridge-kept.ts";
import { vendorChatName } from "../conversation/move.ts";
import type { OwedJob } from "../store/store.ts";
import type { Delivery } from "./answers.ts";
import { handoffById, type HandoffParts } from "./handoffs.ts";
import { bodyOf } from "./body.ts";
import { cursorFrom, cursorText, page, queryOf, Text, Time } from "./list-query.ts";
import { mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

export const DeliveriesQuery = z.strictObject({ state: z.literal("kept"), limit: page.limit, cursor: page.cursor });
export const ReplayRange = z.strictObject({
  /** Happened then or later. */
  since: Time,
  /** Happened earlier than that. */
  until: Time,
  /** Left out: to everybody. */
  to: Text.optional().describe("A receiver's name under `announce`."),
});
const Cursor = z.tuple([z.int()]);

/** What the bridge still owes to others, and what it has given up and kept. Never what anybody said. */
export function owedRoutes({ bridge, whoIs, sites, noteDeed }: Pick<HandoffParts, "bridge" | "whoIs" | "sites" | "noteDeed">) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const find = handoffById({ bridge, sites });

  /** Of the handoff's whole conversation, because its parts wait for each other, and of the news that its desk has brought. */
  app.get("/handoffs/:id/work", async (c) => {
    mustBe("viewer", whoIs(c));
    const { key, record } = await find(c.req.param("id"));
    const { vendorChat } = record;
    const news = vendorChat ? [key.site, ANY_SITE].map((site) => ({ site, id: `vendor-chat:${vendorChatName(vendorChat)}` })) : [];
    const work = (await Promise.all([key, ...news].map(bridge.jobsOf))).flat();
    return c.json({ site: key.site, conversation: key.id, work: work.map(workView) });
  });

  app.get("/deliveries", async (c) => {
    mustBe("viewer", whoIs(c));
    const { cursor, limit } = queryOf(DeliveriesQuery, c.req.query());
    const [after] = cursor === undefined ? [0] : cursorFrom(cursor, Cursor);
    const kept = await bridge.keptDeliveries({ after, limit: limit + 1 });
    const shown = kept.slice(0, limit);
    const last = kept.length > limit ? shown.at(-1) : undefined;
    return c.json({ deliveries: shown.map((one) => deliveryView(one, "kept")), next: last ? cursorText([last.id]) : null });
  });

  app.get("/deliveries/count", async (c) => {
    mustBe("viewer", whoIs(c));
    const { since, until, to = null } = queryOf(ReplayRange, c.req.query());
    return c.json({ kept: await bridge.keptBetween(utc(since), utc(until), to) });
  });

  /** It is sent as a new one would be, until it is taken or given up again. The receiver knows it by the id that it always had. */
  app.post("/deliveries/:id/replay", async (c) => {
    const operator = mustBe("admin", whoIs(c), "replay");
    const id = Number(c.req.param("id"));
    if (!Number.isSafeInteger(id)) throw notKept();
    const deed = await noteDeed(operator, "replay", { delivery: String(id) });
    const replayed = await bridge.replay(id);
    if (!replayed) {
      await deed.cameToNothing();
      throw notKept();
    }
    return c.json(deliveryView(replayed, "waiting"));
  });

  /** Of a time, as after an outage of the receiver: each as if by hand. */
  app.post("/deliveries/replay", async (c) => {
    const operator = mustBe("admin", whoIs(c), "replay");
    const { since, until, to = null } = await bodyOf(c, ReplayRange);
    const deed = await noteDeed(operator, "replay", { after: since, until, ...(to !== null && { to }) });
    const replayed = await bridge.replayBetween(utc(since), utc(until), to);
    if (replayed === 0) await deed.cameToNothing();
    return c.json({ replayed });
  });

  return app;
}

const notKept = () => new Refusal("not_found", "no delivery is kept under this id: it may have been sent again already");

/** As times are compared here. */
const utc = (time: string) => new Date(time).toISOString();

function workView({ id, task, input, lane, attempt, since, state }: OwedJob) {
  const { name, since: asideSince, handoff } = input as { name?: string; since?: string; handoff?: string }; // a task of ours
  return {
    id,
    task: task === "parked" ? (name ?? task) : task,
    state: state.is,
    attempt,
    since: state.is === "kept" ? (asideSince ?? null) : since,
    due_at: state.is === "waiting" ? state.dueAt : null,
    lane,
    handoff: handoff ?? null,
  };
}

function deliveryView({ id, key, to, event, told, since }: KeptDelivery, state: "kept" | "waiting"): z.output<typeof Delivery> {
  return {
    id,
    state,
    to,
    event_id: event,
    type: told.type,
    site: key.site,
    conversation: key.id,
    handoff: told.handoff,
    cause: told.cause,
    happened_at: since,
  };
}
