import * as z from "zod";
import type { Bridge } from "../bridge.ts";
import type { HandoffQuery, ListedHandoff } from "../store/handoff-list.ts";
import type { ListedHandoff as ListedHandoffAnswer } from "./answers.ts";
import { Beginning, cursorFrom, cursorText, page, queryOf, Text, utc } from "./list-query.ts";

const Cursor = z.tuple([z.iso.datetime(), z.int()]);

/** What a list of handoffs may be asked for. */
const ListQuery = z.strictObject({
  site: Text.optional(),
  state: z.enum(["handoff_initiated", "handoff_completed", "handoff_failed"]).optional(),
  stage: z.enum(["initiated", "queued", "live", "ended", "abandoned", "failed", "erased"]).optional(),
  destination: Text.optional(),
  reason: Text.optional(),
  connector: Text.optional(),
  conversation: Text.optional(),
  topic_state: Text.optional(),
  /** What its own id, its shared id or its conversation's begins with. */
  text: Beginning.optional(),
  ...page,
});

/** The same, or one conversation's handoffs by a name of it. */
export const HandoffsQuery = ListQuery.extend({
  shared_id: z.string().optional().describe("Wins over `id`; both given is no fallback."),
  reference: z
    .string()
    .max(50)
    .optional()
    .describe("What a visitor reads out on the phone, in any case, with the dash or without. Wins over `id`."),
  id: z
    .string()
    .optional()
    .describe("The assistant's conversation, the handoff's or the bridge's own, or what a visitor reads out on the phone."),
});

/** One page of the handoffs that `given`, a request's query, asks for. Throws a `Refusal` that says what is wrong with it. */
export async function listHandoffs(bridge: Bridge, given: Record<string, string>) {
  const { handoffs, next, change } = await bridge.handoffs.page(wanted(given));
  return { handoffs: handoffs.map(listedView), next: next && cursorText([next.beganAt, next.number]), change };
}

/** A handoff in a list or an event, as others see it. */
export function listedView(listed: ListedHandoff): z.output<typeof ListedHandoffAnswer> {
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

function wanted(given: Record<string, string>): HandoffQuery {
  const { topic_state: topicState, cursor, since, until, ...rest } = queryOf(ListQuery, given);
  const [beganAt, number] = cursor === undefined ? [] : cursorFrom(cursor, Cursor);
  const before = beganAt !== undefined && number !== undefined ? { beganAt, number } : undefined;
  return { ...rest, topicState, since: utc(since), until: utc(until), before };
}
