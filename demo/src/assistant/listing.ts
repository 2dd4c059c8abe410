import { isOver } from "./conversations.ts";
import type { Conversation, Conversations, Turn } from "./conversations.ts";
import type { Place } from "./credentials.ts";
import { answer, badFilter, isRefusal, refusals } from "./envelope.ts";
import type { Answer, Refusal } from "./envelope.ts";
import { parseListQuery } from "./list-query.ts";
import type { ListQuery } from "./list-query.ts";
import type { AgentOptions } from "./options.ts";
import type { Random } from "./random.ts";

export type ListVersion = "v1" | "v2" | "v3";

interface Sources {
  conversations: Conversations;
  options: AgentOptions;
  random: Random;
  now: number;
}

/** An agent's conversations: newest first, but oldest first in v1, which also knows fewer filters and writes absent text as null. */
export function listConversations(version: ListVersion, params: URLSearchParams, place: Place, sources: Sources): Answer | Refusal {
  const query = parseListQuery(version, params, sources.options);
  if (isRefusal(query)) return query;

  const mine = sources.conversations.list().filter((each) => each.account === place.account && each.project === place.project);
  const fitting = mine.filter((each) => fits(each, query, sources));
  const ordered = query.sample ? shuffled(fitting, sources.random) : version === "v1" ? fitting : fitting.toReversed();
  const from = query.cursor === null ? query.offset : ordered.findIndex(({ id }) => id === query.cursor) + 1;
  if (query.cursor !== null && from === 0) return badFilter("cursor: malformed.");

  const page = ordered.slice(from, from + query.limit);
  const next = from + page.length;
  const more = next < ordered.length;
  return answer({
    conversations: page.map((each) => describe(each, version, query, sources)),
    ...(more && { next_offset: next }),
    ...(version !== "v1" && { cursor: more ? encodeCursor(page.at(-1)) : null }),
    ...(version === "v1" && sources.options.descriptions && { descriptions: metricDescriptions }),
  });
}

/** One conversation, as the platform's quickstart fetches it. */
export function oneConversation(version: ListVersion, id: string, place: Place, sources: Sources): Answer | Refusal {
  const found = sources.conversations.find(id, place);
  return found ? answer(describe(found, version, { includeLatency: false }, sources)) : refusals.noConversation;
}

const metricDescriptions = { HANDOFF_TO: "Where the conversation was handed off to", HANDOFF_REASON: "Why it was handed off" };

function encodeCursor(last: Conversation | undefined): string | null {
  return last ? Buffer.from(last.id).toString("base64url") : null;
}

function fits(conversation: Conversation, query: ListQuery, { options, now }: Sources): boolean {
  const { environment, startedAt, variantId, turns } = conversation;
  const inProgress = !isOver(conversation, options.idleLimitMs, now);
  const wanted = query.words?.toLowerCase();
  return (
    environment === query.environment &&
    startedAt >= query.from &&
    startedAt < query.to &&
    (query.channels.length === 0 || query.channels.some((channel) => channel.toUpperCase() === labelOf(conversation, "v3"))) &&
    (query.variant === null || query.variant === variantId) &&
    (query.inProgress === null || query.inProgress === inProgress) &&
    (wanted === undefined || turns.some((turn) => spoken(turn, query.turnType).toLowerCase().includes(wanted)))
  );
}

function spoken({ said, answered }: Turn, turnType: ListQuery["turnType"]): string {
  if (turnType === "user") return said ?? "";
  return turnType === "agent" ? answered : `${said ?? ""}\n${answered}`;
}

/** v1 calls a web chat CHAT. */
function labelOf({ channel }: Conversation, version: ListVersion): string {
  return version === "v1" && channel === "webchat" ? "CHAT" : channel.toUpperCase();
}

function describe(
  conversation: Conversation,
  version: ListVersion,
  { includeLatency }: Pick<ListQuery, "includeLatency">,
  { options, now }: Sources,
) {
  const { id, account, project, environment, variantId, startedAt, lastActiveAt, turns, handoff, state, ended } = conversation;
  const inProgress = !isOver(conversation, options.idleLimitMs, now);
  const seconds = Math.round(((ended?.at ?? lastActiveAt) - startedAt) / 1000);
  const details = { destination: handoff?.destination, reason: handoff?.reason, utterance: handoff?.utterance };
  return {
    id,
    account_id: account,
    project_id: project,
    environment,
    started_at: new Date(startedAt).toISOString(),
    channel: labelOf(conversation, version),
    in_progress: inProgress,
    ...(variantId !== null && { variant_id: variantId, variant_name: variantId }),
    num_turns: turns.length,
    total_duration: seconds,
    polyai_duration: seconds,
    handoff: options.handoffInLists === "object" && handoff ? details : handoff !== null,
    ...(handoff?.reason && { handoff_reason: handoff.reason }),
    ...(handoff?.destination && { handoff_destination: handoff.destination }),
    num_silences: 0,
    num_ood: state["out_of_scope"] ? 1 : 0,
    metrics: {
      ...(handoff?.destination && { HANDOFF_TO: handoff.destination }),
      ...(handoff?.reason && { HANDOFF_REASON: handoff.reason }),
      [inProgress ? "CALL_IN_PROGRESS" : "CALL_COMPLETED"]: "true",
    },
    state,
    turns: options.transcripts ? turns.map((turn) => describeTurn(turn, version, includeLatency)) : [],
  };
}

function describeTurn({ said, saidAt, answered, answeredAt }: Turn, version: ListVersion, includeLatency: boolean) {
  const none = version === "v1" ? null : "";
  return {
    user_input: said || none,
    user_input_datetime: new Date(saidAt).toISOString(),
    agent_response: answered || none,
    agent_response_datetime: new Date(answeredAt).toISOString(),
    ...(includeLatency && { latency: (answeredAt - saidAt) / 1000 }),
    intents: [],
    entities: [],
    is_ood: false,
    is_silence: said === "",
    barge_in: false,
  };
}

function shuffled(conversations: readonly Conversation[], random: Random): Conversation[] {
  return conversations
    .map((conversation) => ({ conversation, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ conversation }) => conversation);
}
