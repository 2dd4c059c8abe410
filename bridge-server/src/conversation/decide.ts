import { callCame } from "./call.ts";
import { afterErasure, erase, isErased } from "./erasure.ts";
import type { ContextLook, Fact, Line, Task } from "./facts.ts";
import { automated, type Agent, type In, type Lifecycle } from "./lifecycle.ts";
import { move, nothing, type Decision, type Name, type Owed, type Policy } from "./move.ts";
import type { EntryBody } from "./records.ts";
import { request } from "./request.ts";
import { steer } from "./steering.ts";
import { pageTold } from "./told.ts";
import { missingFrom } from "./topic-state.ts";

/** How soon the first look for a late context is taken, after the one beside the opening. */
const LATE_CONTEXT_MS = 2_000;
/** So long a visitor may come back and take one of the offers; then the conversation is over, or nothing in it would ever be forgotten. */
const OFFERS_STAND_MS = 24 * 60 * 60_000;
/** Enough to mark what nobody read; a visitor who says more while waiting is still heard, only not marked. */
const MAX_UNREAD = 200;

/** What follows from a fact: what is written down, and what the bridge owes the outside world. */
export function decide(lifecycle: Lifecycle, fact: Fact, policy: Policy): Decision {
  if (isErased(lifecycle)) return afterErasure(lifecycle, fact, policy);
  switch (fact.type) {
    case "conversation_began": {
      const { sharedId, token, visitor, greet } = fact;
      return {
        ...nothing(greet ? automated(sharedId) : lifecycle),
        notes: greet
          ? [{ type: "conversation_began", sharedId, visitor, ...(policy.variant !== undefined && { variant: policy.variant }) }]
          : [],
        jobs: greet ? [{ task: { task: "greet" } }, { task: { task: "watch_silence" }, afterMs: policy.silenceWarnAfterMs }] : [],
        names: [
          ...(token ? [{ kind: "token" as const, value: token.hash, expiresAt: token.expiresAt }] : []),
          ...(greet ? [{ kind: "shared_id" as const, value: sharedId }] : []),
        ],
      };
    }
    case "visitor_said":
      if (fact.file && lifecycle.phase !== "live") return nothing(lifecycle); // files are for people: the assistant takes text only
      return said(lifecycle, { id: fact.id, text: fact.text, ...(fact.file && { file: fact.file }) });
    case "assistant_answered":
      return answered(lifecycle, fact, policy);
    case "assistant_chat_over":
      if (lifecycle.phase !== "automated" || lifecycle.sharedId !== fact.sharedId) return nothing(lifecycle);
      return {
        ...nothing(automated(fact.newSharedId, lifecycle.fallbacksUsed)),
        entries: [{ type: "assistant_restarted" }],
        names: [{ kind: "shared_id", value: fact.newSharedId }],
      };
    case "answer_lost":
      if (lifecycle.phase !== "automated" || lifecycle.sharedId !== fact.sharedId) return nothing(lifecycle); // a person will read it
      return { ...nothing(lifecycle), entries: [{ type: "answer_lost", to: fact.to, why: fact.why }] };
    case "agent_said":
      return agentSaid(lifecycle, fact, policy);
    case "line_missed":
      return missed(lifecycle, fact.line);
    case "delivery_changed":
      return {
        ...nothing(fact.state === "undelivered" ? marked(lifecycle, fact.line) : lifecycle),
        entries: [{ type: "delivery", lines: [fact.line], state: fact.state }],
      };
    case "person_requested":
      return request(lifecycle, fact.next, policy);
    case "fallback_requested":
      return request(lifecycle, fact.next, policy, { fallbacksUsed: fact.fallbacksUsed });
    case "steered":
      return steer(lifecycle, fact, policy);
    case "try_failed":
      return { ...nothing(lifecycle), notes: [{ type: "try_failed", handoff: fact.handoff, cause: fact.cause }] };
    case "routed":
      return routed(lifecycle, fact, policy);
    case "led_to_phone":
      return ledToPhone(lifecycle, fact, policy);
    case "context_found":
      return contextFound(lifecycle, fact);
    case "context_missed": {
      const { handoff, state, required: lacks } = fact;
      return { ...nothing(lifecycle), notes: [{ type: "context", handoff, look: { state }, lacks }] };
    }
    case "failure_state_found":
      return failureStateFound(lifecycle, fact, policy);
    case "context_dropped":
      return { ...nothing(lifecycle), notes: [{ type: "context_dropped", handoff: fact.handoff, keys: fact.keys }] };
    case "offers_made": {
      if (lifecycle.phase !== "failed" || lifecycle.handoff !== fact.handoff) return nothing(lifecycle);
      const { handoff, offers, fallbacksUsed } = fact;
      return {
        ...nothing({ ...lifecycle, story: { ...lifecycle.story, fallbacksUsed } }),
        entries: [{ type: "offers", offers, why: lifecycle.reason }],
        notes: [{ type: "fell_back", handoff, to: offers.map((offer) => offer.type) }],
        jobs: [{ task: { task: "watch_offers", handoff }, afterMs: OFFERS_STAND_MS }],
        names: offers.flatMap((offer) => (offer.type === "phone" ? [{ kind: "reference" as const, value: offer.reference, handoff }] : [])),
      };
    }
    case "message_left": {
      if (lifecycle.phase !== "failed") return nothing(lifecycle);
      const { id, name, email, phone, text } = fact;
      const wish = phone === null ? {} : { wants: "callback" as const };
      const after = move(lifecycle, { type: "conversation_ended", by: "fallback" }, policy);
      return {
        ...after,
        entries: [{ type: "message_left", ...wish }, ...after.entries.filter((entry) => entry.type !== "delivery")], // they go with the message
        notes: [
          { type: "message_left", handoff: lifecycle.handoff, id, ...wish },
          ...after.notes.filter((note) => note.type !== "fell_back"),
        ],
        jobs: [{ task: { task: "deliver_message", handoff: lifecycle.handoff, id, name, email, phone, text } }, ...after.jobs],
      };
    }
    case "rated":
      return {
        ...nothing(lifecycle),
        entries: [{ type: "rated", score: fact.score }],
        notes: [{ type: "rated", score: fact.score, comment: fact.comment }],
      };
    case "page_told":
      return pageTold(lifecycle, fact);
    case "signed_out":
      return { ...move(lifecycle, { type: "conversation_ended", by: "visitor" }, policy), revokesTokens: true };
    case "transcript_wanted": {
      const { id, email, speakers } = fact;
      return {
        ...nothing(lifecycle),
        notes: [{ type: "transcript_wanted" }],
        jobs: [{ task: { task: "mail_transcript", id, email, speakers } }],
      };
    }
    case "outcome_reported": // most are, when everything else is over
      return { ...nothing(lifecycle), notes: [fact] };
    case "silence_noticed":
      if (lifecycle.phase !== "automated") return nothing(lifecycle);
      return { ...nothing(lifecycle), entries: [{ type: "silence_warning", endsInSeconds: fact.endsInSeconds }] };
    case "call_came":
      return callCame(lifecycle, fact);
    case "erasure_asked":
      return erase(lifecycle, fact, policy);
    case "desk_told":
    case "copies_erased":
      return nothing(lifecycle);
    default:
      return move(lifecycle, fact, policy);
  }
}

/** The one door to whoever has to hear a line. */
function said(lifecycle: Lifecycle, line: Line): Decision {
  const { id, text, file } = line;
  const entry: EntryBody = { type: "said", id, by: "visitor", text, format: "plain", ...(file && { file }) };
  switch (lifecycle.phase) {
    case "automated":
      return {
        ...nothing({ ...lifecycle, fallbacksUsed: 0 }),
        entries: [entry],
        jobs: [{ task: { task: "ask_assistant", line } }],
        turns: 1,
      };
    case "handoff_initiated":
    case "queued":
    case "live": {
      const job: Owed = { task: { task: "tell_agent", handoff: lifecycle.handoff, line } };
      const isHeard = lifecycle.phase === "live" && lifecycle.agent !== null;
      return { ...nothing(isHeard ? lifecycle : unheard(lifecycle, line)), entries: [entry], jobs: [job] };
    }
    case "failed": // the next desk finds it in the transcript; if there is none, it is marked
      return { ...nothing(unheard(lifecycle, line)), entries: [entry] };
    case "ended":
      return nothing(lifecycle);
  }
}

/** It is in the transcript of whatever handoff is under way; with none, nobody will ever have it (I-11). */
function missed(lifecycle: Lifecycle, line: string): Decision {
  if (!("story" in lifecycle)) return { ...nothing(lifecycle), entries: [{ type: "delivery", lines: [line], state: "undelivered" }] };
  return nothing(lifecycle.phase === "live" ? lifecycle : unheard(lifecycle, { id: line }));
}

function unheard<L extends In<"handoff_initiated" | "queued" | "live" | "failed">>(lifecycle: L, line: Pick<Line, "id">): L {
  const { unread } = lifecycle.story;
  if (unread.length >= MAX_UNREAD || unread.includes(line.id)) return lifecycle;
  return { ...lifecycle, story: { ...lifecycle.story, unread: [...unread, line.id] } };
}

/** What the visitor has been told is not told again when the handoff is given up. */
function marked(lifecycle: Lifecycle, line: string): Lifecycle {
  if (!("story" in lifecycle) || !lifecycle.story.unread.includes(line)) return lifecycle;
  return { ...lifecycle, story: { ...lifecycle.story, unread: lifecycle.story.unread.filter((one) => one !== line) } };
}

function answered(lifecycle: Lifecycle, fact: Extract<Fact, { type: "assistant_answered" }>, policy: Policy): Decision {
  if (lifecycle.phase !== "automated" || lifecycle.sharedId !== fact.sharedId) {
    // It was still thinking when somebody else took over: never shown (I-8), and a chat that nobody knew of is closed.
    const known = "story" in lifecycle && lifecycle.story.assistantChat === fact.chat;
    return {
      ...nothing(lifecycle),
      notes: [{ type: "answer_dropped", to: fact.to }],
      jobs: fact.to === null && !known ? [{ task: { task: "end_assistant_chat", chat: fact.chat } }] : [],
    };
  }
  const { language } = fact;
  const known: In<"automated"> = { ...lifecycle, assistantChat: fact.chat, ...(language && { language }) };
  const says = fact.text !== "" || fact.rich !== null;
  const entries: EntryBody[] = says
    ? [{ type: "said", id: fact.id, by: "assistant", text: fact.text, format: "markdown", ...(fact.rich && { rich: fact.rich }) }]
    : [];
  const after = next();
  const names: Name[] = lifecycle.assistantChat === fact.chat ? [] : [{ kind: "assistant_chat", value: fact.chat }];
  if (language && language !== lifecycle.language) entries.unshift({ type: "language_changed", language });
  return { ...after, entries: [...entries, ...after.entries], names: [...names, ...after.names] };

  function next(): Decision {
    if (fact.next === null) return nothing(known);
    if (fact.next.type === "end") return move(known, { type: "conversation_ended", by: "assistant" }, policy);
    return request(known, fact.next, policy, { utterance: fact.text || null });
  }
}

function routed(lifecycle: Lifecycle, fact: Extract<Fact, { type: "routed" }>, policy: Policy): Decision {
  const { handoff, target, because, context, required = [] } = fact;
  const decision = move(lifecycle, { type: "handoff_routed", handoff, target }, policy);
  if (decision.lifecycle.phase !== "handoff_initiated" || decision.lifecycle.handoff !== handoff) return decision;
  const mayComeLate = context.state === "missing" || context.state === "unavailable";
  return {
    ...decision,
    notes: [
      { type: "context", handoff, look: context, ...(!mayComeLate && lacking(context, required)) },
      { type: "routed", handoff, connector: target.connector, queue: target.queue, urgent: target.urgent, because },
    ],
    jobs: [...decision.jobs, ...lookAgain(context, decision.lifecycle, required)],
  };
}

/** Whoever picks up finds the context by the reference, so it is looked for as for a desk. */
function ledToPhone(lifecycle: Lifecycle, fact: Extract<Fact, { type: "led_to_phone" }>, policy: Policy): Decision {
  const { handoff, name, phone, because, context } = fact;
  const decision = move(lifecycle, { type: "led_to_phone", handoff, name }, policy);
  if (decision.lifecycle === lifecycle || decision.lifecycle.phase !== "failed") return decision;
  return {
    ...decision,
    notes: [{ type: "context", handoff, look: context }, { type: "led_to_phone", handoff, phone, because }, ...decision.notes],
    jobs: [...decision.jobs, ...lookAgain(context, decision.lifecycle)],
  };
}

/** Where the context may only be late. */
function lookAgain({ state }: ContextLook, { handoff, story }: In<"handoff_initiated" | "failed">, required: string[] = []): Owed[] {
  if (state !== "missing" && state !== "unavailable") return [];
  const { assistantChat: chat, sharedId } = story;
  const look: Task = { task: "fetch_context", handoff, chat, sharedId, ...(required.length > 0 && { required }) };
  return [{ task: look, afterMs: LATE_CONTEXT_MS }];
}

function contextFound(lifecycle: Lifecycle, fact: Extract<Fact, { type: "context_found" }>): Decision {
  const { handoff, context, required = [] } = fact;
  const look = { state: "found" as const, context };
  const isCurrent = "handoff" in lifecycle && lifecycle.handoff === handoff && lifecycle.phase !== "failed";
  return {
    ...nothing(lifecycle),
    notes: [{ type: "context", handoff, look, ...lacking(look, required) }],
    jobs: isCurrent ? [{ task: { task: "attach_context", handoff, context } }] : [],
  };
}

/** A person who is there already does not go for it. */
function failureStateFound(lifecycle: Lifecycle, fact: Extract<Fact, { type: "failure_state_found" }>, policy: Policy): Decision {
  const { handoff, context } = fact;
  const found = contextFound(lifecycle, { type: "context_found", handoff, context });
  const isAwaited = (lifecycle.phase === "handoff_initiated" || lifecycle.phase === "queued") && lifecycle.handoff === handoff;
  if (!isAwaited) return found;
  const after = move(lifecycle, { type: "handoff_failed", handoff, reason: "failure_state" }, policy);
  return { ...after, notes: [...found.notes, ...after.notes] };
}

function lacking(look: ContextLook, required: string[]): { lacks?: string[] } {
  const lacks = missingFrom(look.state === "found" ? look.context.data : null, required);
  return lacks.length > 0 ? { lacks } : {};
}

/** Some vendors never say that somebody has joined: whoever speaks is there. */
function agentSaid(lifecycle: Lifecycle, fact: Extract<Fact, { type: "agent_said" }>, policy: Policy): Decision {
  const isAbsent = lifecycle.phase === "queued" || (lifecycle.phase === "live" && lifecycle.agent === null);
  const agent: Agent = fact.agent ?? { id: null, name: "" };
  const joined = isAbsent ? move(lifecycle, { type: "agent_joined", handoff: fact.handoff, agent }, policy) : nothing(lifecycle);
  if (joined.lifecycle.phase !== "live" || joined.lifecycle.handoff !== fact.handoff) {
    return { ...nothing(lifecycle), notes: [{ type: "news_dropped", handoff: fact.handoff, news: "agent_said" }] };
  }
  const name = fact.agent?.name || joined.lifecycle.agent?.name;
  const { id, text, format, file } = fact;
  const entry: EntryBody = { type: "said", id, by: "agent", ...(name && { name }), text, format, ...(file && { file }) };
  return { ...joined, entries: [...joined.entries, entry] };
}
