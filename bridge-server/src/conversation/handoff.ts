import type { AskedBy, Outcome, StoredContext } from "./facts.ts";
import type { PhoneLine } from "./fallback.ts";
import type { Agent, HandoffId, VendorChat } from "./lifecycle.ts";
import type { LookedBack, NoteBody } from "./records.ts";
import { STATE_KEYS, topicStateIn } from "./topic-state.ts";

/** One handoff as others see it, put together from what was noted. */
export interface HandoffRecord {
  handoff: HandoffId;
  /** PolyAI's vocabulary: the outcome so far. */
  state: HandoffState;
  /** Where it stands now, in finer words. */
  stage: "initiated" | "queued" | "live" | "ended" | "abandoned" | "failed";
  cause: string | null;
  by: AskedBy;
  destination: string | null;
  reason: string | null;
  utterance: string | null;
  assistantChat: string | null;
  sharedId: string;
  /** To a desk, or else to a `phone`. */
  route: { connector: string | null; queue: string | null; urgent: boolean; phone: PhoneLine | null; because: string } | null;
  vendorChat: VendorChat | null;
  agent: Agent | null;
  contextState: string | null;
  context: StoredContext | { source: "headers"; at: string; data: Record<string, unknown> } | null;
  /** What should be known where the handoff went, and is not. */
  lacks: string[];
  /** What the desk had no room for, by name. */
  dropped: string[];
  /** The last that was reported. */
  outcome: Outcome | null;
  /** What the assistant's platform told afterwards. */
  lookedBack: LookedBack | null;
  /** Every step with its time, oldest first. */
  history: Step[];
}

export interface Step {
  state: HandoffState;
  step: string;
  at: string;
  cause: string | null;
  /** The operator's name, where one did it by hand. */
  by: string | null;
}

/** The state that the assistant's own topic has given the handoff, or `null`. */
export function topicStateOf({ context }: Pick<HandoffRecord, "context">): string | null {
  if (context === null) return null;
  return "topicState" in context && context.topicState !== undefined ? context.topicState : topicStateIn(context.data, STATE_KEYS);
}

export type HandoffState = "handoff_initiated" | "handoff_completed" | "handoff_failed";

/** Every handoff of a conversation, oldest first. */
export function handoffsOf(notes: { at: string; body: NoteBody }[]): HandoffRecord[] {
  const records = new Map<HandoffId, HandoffRecord>();
  for (const { at, body } of notes) {
    if (body.type === "handoff_initiated") records.set(body.handoff, begun(body));
    const record = "handoff" in body && body.handoff !== null ? records.get(body.handoff) : undefined;
    if (record) take(record, at, body);
  }
  return [...records.values()];
}

function begun(asked: Extract<NoteBody, { type: "handoff_initiated" }>): HandoffRecord {
  const { handoff, by, destination, reason, utterance, assistantChat, sharedId } = asked;
  return {
    handoff,
    by,
    destination,
    reason,
    utterance,
    assistantChat,
    sharedId,
    state: "handoff_initiated",
    stage: "initiated",
    cause: null,
    route: null,
    vendorChat: null,
    agent: null,
    contextState: null,
    context: null,
    lacks: [],
    dropped: [],
    outcome: null,
    lookedBack: null,
    history: [],
  };
}

function take(record: HandoffRecord, at: string, note: NoteBody): void {
  const step = (name: string, cause: string | null = null, by: string | null = null) =>
    record.history.push({ state: record.state, step: name, at, cause, by });
  switch (note.type) {
    case "handoff_initiated":
      step("initiated", null, note.operator ?? null);
      break;
    case "context":
      record.contextState = note.look.state;
      record.lacks = note.lacks ?? [];
      if (note.look.state === "found") record.context = note.look.context;
      if (note.look.state === "brought") record.context = { source: "headers", at: note.look.at, data: note.look.data };
      break;
    case "context_dropped":
      record.dropped = note.keys;
      break;
    case "routed": {
      const { connector, queue, urgent, because } = note;
      record.route = { connector, queue, urgent, phone: null, because };
      break;
    }
    case "led_to_phone":
      record.route = { connector: null, queue: null, urgent: false, phone: note.phone, because: note.because };
      break;
    case "try_failed":
      step("retried", note.cause);
      break;
    case "steered":
      step(`${note.did}_by_hand`, note.destination, note.operator);
      break;
    case "queued":
      record.stage = "queued";
      record.vendorChat = note.vendorChat;
      step("queued");
      break;
    case "handoff_completed":
      record.state = "handoff_completed";
      record.stage = "live";
      record.agent = personIn(note.agent);
      step("completed");
      break;
    case "agent_changed":
      record.agent = personIn(note.agent);
      step(note.agent ? "transferred" : "agent_left");
      break;
    case "handoff_failed":
      record.state = "handoff_failed";
      record.stage = "failed";
      record.cause = note.cause;
      step("failed", note.cause);
      break;
    case "fell_back":
      step("fell_back", note.to.join(", "));
      break;
    case "message_left":
      step("message_left");
      break;
    case "handoff_ended":
      record.stage = note.wasLive ? "ended" : "abandoned";
      record.cause = note.by;
      step(record.stage, note.by);
      break;
    case "outcome_reported": {
      const { resolution, wrapUp, rating } = note;
      record.outcome = { resolution, wrapUp, rating };
      step("outcome_reported", resolution);
      break;
    }
    case "looked_back": {
      const { at: readAt, turns, hasTranscript, seconds, metrics } = note;
      record.lookedBack = { at: readAt, turns, hasTranscript, seconds, metrics };
      break;
    }
    case "news_dropped":
    case "answer_dropped":
    case "conversation_began":
    case "conversation_ended":
    case "rated":
      break;
  }
}

/** A picture is for the visitor. */
function personIn(agent: Agent | null): HandoffRecord["agent"] {
  return agent && { id: agent.id, name: agent.name };
}
