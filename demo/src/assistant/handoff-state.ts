import type { Conversation, Conversations } from "./conversations.ts";
import type { Place } from "./credentials.ts";
import { answer, invalid, refusals } from "./envelope.ts";
import type { Answer, Refusal } from "./envelope.ts";
import type { AgentOptions } from "./options.ts";

/**
 * What a project exposes of its agent's state: the configured keys and nothing else, each `null` when the agent never set it.
 * Taken once, at the handoff, because the platform stores the moment and not a live view.
 */
export function project(state: Record<string, unknown>, { stateKeys, aliases, sharedIdStateKey }: AgentOptions) {
  const sharedId = sharedIdStateKey === null ? undefined : state[sharedIdStateKey];
  return {
    data: Object.fromEntries(stateKeys.map((key) => [aliases[key] ?? key, structuredClone(state[key]) ?? null])),
    sharedId: typeof sharedId === "string" && sharedId !== "" ? sharedId : null,
  };
}

/** The stored state of a handed-off conversation. With both ids only `shared_id` counts, even when it finds nothing. */
export function readHandoffState(
  query: { id: string | undefined; sharedId: string | undefined },
  place: Place,
  { conversations, options, now }: { conversations: Conversations; options: AgentOptions; now: number },
): Answer | Refusal {
  const { id, sharedId } = query;
  if (!id && !sharedId) return invalid("Either id or shared_id is required.");

  const found = sharedId ? latestWith(sharedId) : conversations.find(id, place);
  const handoff = found?.handoff;
  if (!found || !handoff || now < handoff.at + options.handoffVisibleAfterMs) return refusals.noHandoffState;
  return answer({
    id: sharedId && options.idNullOnSharedLookup ? null : found.id,
    ...(handoff.sharedId !== null && { shared_id: handoff.sharedId }),
    data: handoff.data,
  });

  function latestWith(sharedId: string): Conversation | undefined {
    return conversations
      .list()
      .findLast((each) => each.account === place.account && each.project === place.project && each.handoff?.sharedId === sharedId);
  }
}
