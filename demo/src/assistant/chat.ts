import type { Clock } from "./clock.ts";
import { isOver } from "./conversations.ts";
import type { Conversation, Conversations } from "./conversations.ts";
import type { ConnectorToken, Place } from "./credentials.ts";
import { answer, invalid, refusals } from "./envelope.ts";
import type { Answer, Refusal } from "./envelope.ts";
import { project } from "./handoff-state.ts";
import type { AgentOptions } from "./options.ts";
import { replyTo } from "./script.ts";
import type { Reply, Script } from "./script.ts";

/** One agent of the platform: where it lives, how it behaves, how it is configured. */
export interface Agent extends Place {
  script: Script;
  options: AgentOptions;
}

type Body = Record<string, unknown>;

const channels = new Set(["webchat", "whatsapp", "sms", "api"]);

/** create · respond · close, as one agent of the platform answers them. */
export function createChat(conversations: Conversations, clock: Clock) {
  const queues = new Map<string, Promise<unknown>>();

  return { create, respond, close };

  async function create(agent: Agent, token: ConnectorToken, body: unknown): Promise<Answer | Refusal> {
    const { options } = agent;
    const wrong = mistakeInCreate(body ?? {}, options);
    if (wrong) return wrong;
    const { channel, variant_id, asr_lang_code, tts_lang_code, integration_attributes } = (body ?? {}) as Body;
    const conversation = conversations.open(
      {
        account: agent.account,
        project: agent.project,
        environment: token.environment,
        channel: text(channel) ?? "webchat",
        variantId: text(variant_id) ?? token.variantId ?? null,
        languages: { input: text(asr_lang_code), output: text(tts_lang_code) },
        attributes: (integration_attributes ?? {}) as Body,
      },
      options.conversationIds,
    );
    const { attributes, variantId, languages } = conversation;
    if (options.copySharedId && typeof attributes["shared_id"] === "string") conversation.state["shared_id"] = attributes["shared_id"];
    const reply = agent.script.start({ attributes, variantId, language: languages.output ?? languages.input });
    await clock.sleep(options.turnDelayMs + (reply.delayMs ?? 0));
    const { end_conversation, ...greeting } = carryOut(reply, conversation, null, conversation.startedAt, options);
    // The documented answer of create has no end flag; a start function that ends the conversation has been seen to bring one.
    return answer(end_conversation ? { ...greeting, end_conversation } : greeting, options.createStatus);
  }

  async function respond(agent: Agent, body: unknown): Promise<Answer | Refusal> {
    if (!isObject(body) || typeof body["conversation_id"] !== "string") return invalid("conversation_id: a string is required.");
    const message = body["message"] ?? "";
    if (typeof message !== "string") return invalid("message: must be a string.");
    const limit = agent.options.maxMessageLength;
    if (limit !== null && message.length > limit) return invalid(`message: at most ${String(limit)} characters.`);
    const over = agent.options.endedAnswer === 410 ? refusals.ended : refusals.noConversation;
    const conversation = conversations.find(body["conversation_id"], agent);
    if (!conversation) return over;

    const before = queues.get(conversation.id);
    if (before && agent.options.parallelTurns === "refuse") return refusals.turnInProgress;
    const saidAt = clock.now();
    const turn = (before ?? Promise.resolve()).then(() => takeTurn(agent, conversation, message, body, saidAt, over));
    queues.set(conversation.id, turn);
    try {
      return await turn;
    } finally {
      if (queues.get(conversation.id) === turn) queues.delete(conversation.id);
    }
  }

  async function takeTurn(
    agent: Agent,
    conversation: Conversation,
    message: string,
    body: Body,
    saidAt: number,
    over: Refusal,
  ): Promise<Answer | Refusal> {
    const { options } = agent;
    if (conversation.ended) return over;
    if (isOver(conversation, options.idleLimitMs, clock.now())) {
      conversation.ended = { by: "timeout", at: clock.now() };
      return refusals.timedOut;
    }
    conversation.lastActiveAt = clock.now();
    conversation.languages.input = text(body["asr_lang_code"]) ?? conversation.languages.input;
    conversation.languages.output = text(body["tts_lang_code"]) ?? conversation.languages.output;

    const reply = message === "" ? collect(conversation) : replyTo(agent.script.rules, message, conversation);
    await clock.sleep(options.turnDelayMs + (reply.delayMs ?? 0));
    // The client may have closed the chat while this turn was being thought about.
    return conversation.ended ? over : answer(carryOut(reply, conversation, message, saidAt, options));
  }

  /** Hands out a delayed answer that is ready; before that, the same promise of more again. */
  function collect(conversation: Conversation): Reply {
    const { pending } = conversation;
    if (!pending) return { say: "" };
    if (clock.now() < pending.readyAt) return { say: "", delayed: { ...pending, readyAfterMs: pending.readyAt - clock.now() } };
    conversation.pending = null;
    return pending;
  }

  function carryOut(reply: Reply, conversation: Conversation, said: string | null, saidAt: number, options: AgentOptions) {
    const { say, end = false, handoff, state, topic, delayed, extras } = reply;
    const at = clock.now();
    Object.assign(conversation.state, state);
    if (topic !== undefined) conversation.topic = topic;
    if (delayed) conversation.pending = { ...delayed, readyAt: at + (delayed.readyAfterMs ?? 0) };
    conversation.turns.push({ said, saidAt, answered: say, answeredAt: at });
    conversation.lastActiveAt = at;

    const onWire = withReason(handoff);
    if (onWire !== undefined && onWire !== null && onWire !== false) {
      conversation.handoff = { ...named(onWire), utterance: say, at, ...project(conversation.state, options) };
    }
    if (end) conversation.ended = { by: conversation.handoff ? "handoff" : "assistant", at };
    return {
      conversation_id: conversation.id,
      response: say,
      end_conversation: end,
      ...(onWire !== undefined && { handoff: onWire }),
      ...(delayed && options.flagsDelayed && { delayed_response: true }),
      ...extras,
    };
  }

  function close(agent: Agent, body: unknown): Answer | Refusal {
    if (!isObject(body) || typeof body["conversation_id"] !== "string") return invalid("conversation_id: a string is required.");
    const conversation = conversations.find(body["conversation_id"], agent);
    if (!conversation) return refusals.noConversation;
    const { ended } = conversation;
    const status = !ended ? 200 : ended.by === "client" ? agent.options.secondClose : agent.options.closeAfterEnd;
    if (status === 200) {
      conversation.ended = { by: "client", at: ended?.at ?? clock.now() };
      return answer({ success: true });
    }
    return status === 404 ? refusals.noConversation : refusals.ended;
  }
}

function mistakeInCreate(body: unknown, { channels: mode }: AgentOptions): Refusal | null {
  if (!isObject(body)) return invalid("The body must be an object.");
  const attributes = body["integration_attributes"];
  if (attributes !== undefined && !isObject(attributes)) return invalid("integration_attributes: must be an object.");
  for (const field of ["variant_id", "channel", "asr_lang_code", "tts_lang_code"]) {
    if (body[field] !== undefined && typeof body[field] !== "string") return invalid(`${field}: must be a string.`);
  }
  const { channel } = body;
  return mode === "strict" && typeof channel === "string" && !channels.has(channel) ? invalid("channel: not one of the channels.") : null;
}

/** The platform fills in the destination's name where an agent gives no reason. */
function withReason(handoff: unknown): unknown {
  if (!isObject(handoff) || typeof handoff["destination"] !== "string" || handoff["reason"] !== undefined) return handoff;
  return { ...handoff, reason: handoff["destination"] };
}

/** What the lists later call this handoff. A handoff that names no destination went to the default one. */
function named(handoff: unknown): { destination: string | null; reason: string | null } {
  if (typeof handoff === "string") return { destination: handoff, reason: handoff };
  const { destination, reason } = isObject(handoff) ? handoff : {};
  return { destination: text(destination), reason: text(reason) };
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
