import * as z from "zod";
import type { Bridge } from "../bridge.ts";
import type { HandoffCursor, HandoffQuery, ListedHandoff } from "../store/handoff-list.ts";
import { Refusal } from "./problem.ts";

const Text = z.string().min(1).max(200);
const Time = z.iso.datetime({ offset: true, error: "is no time: write one such as 2026-11-22T12:00:00Z" });

/** What a list of handoffs may be asked for. */
export const ListQuery = z.strictObject({
  site: Text.optional(),
  state: z.enum(["handoff_initiated", "handoff_completed", "handoff_failed"]).optional(),
  stage: z.enum(["initiated", "queued", "live", "ended", "abandoned", "failed", "erased"]).optional(),
  destination: Text.optional(),
  reason: Text.optional(),
  connector: Text.optional(),
  conversation: Text.optional(),
  topic_state: Text.optional(),
  /** Began then or later. */
  since: Time.optional(),
  /** Began earlier than that. */
  until: Time.optional(),
  /** What its own id, its shared id or its conversation's begins with. */
  text: z.string().min(4, { error: "is too short: write the first 4 characters of an id, or more" }).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The `next` of the page before. */
  cursor: z.string().max(200).optional(),
});

/** One page of the handoffs that `given`, a request's query, asks for. Throws a `Refusal` that says what is wrong with it. */
export async function listHandoffs(bridge: Bridge, given: Record<string, string>) {
  const { handoffs, next, change } = await bridge.handoffs.page(queryOf(given));
  return { handoffs: handoffs.map(listedView), next: next && cursorText(next), change };
}

/** A handoff in a list or an event, as others see it. */
export function listedView(listed: ListedHandoff) {
  return {
    id: listed.id,
    site: listed.site,
    conversation: listed.conversation,
    shared_id: listed.sharedId,
    assistant_conversation_id: listed.assistantChat,
    state: listed.state,
    topic_state: listed.topicState,
    stage: listed.stage,
    cause: listed.cause,
    requested_by: listed.by,
    destination: listed.destination,
    reason: listed.reason,
    connector: listed.connector,
    queue: listed.queue,
    agent: listed.agent,
    tries: listed.tries,
    fell_back_to: listed.fellBackTo,
    resolution: listed.resolution,
    step: listed.step,
    began_at: listed.beganAt,
    accepted_at: listed.acceptedAt,
    changed_at: listed.changedAt,
    change: listed.change,
  };
}

function queryOf(given: Record<string, string>): HandoffQuery {
  const checked = ListQuery.safeParse(given);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    if (issue?.code === "unrecognized_keys") throw new Refusal("invalid", `${issue.keys.join(", ")}: is no filter of this list`);
    throw new Refusal("invalid", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { topic_state: topicState, cursor, since, until, ...rest } = checked.data;
  const time = (text: string) => new Date(text).toISOString();
  return {
    ...rest,
    topicState,
    since: since && time(since),
    until: until && time(until),
    before: cursor === undefined ? undefined : cursorFrom(cursor),
  };
}

function cursorText({ beganAt, number }: HandoffCursor): string {
  return Buffer.from(`${beganAt} ${number}`).toString("base64url");
}

function cursorFrom(text: string): HandoffCursor {
  const [beganAt = "", number] = Buffer.from(text, "base64url").toString().split(" ");
  const cursor = { beganAt, number: Number(number) };
  if (Number.isNaN(Date.parse(beganAt)) || !Number.isSafeInteger(cursor.number)) {
    throw new Refusal("invalid", "cursor: write the `next` of the page before, as it is");
  }
  return cursor;
}
