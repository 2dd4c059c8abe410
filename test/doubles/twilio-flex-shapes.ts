// What Twilio writes: in answers, in webhooks, and on an agent's screen in Flex.
import type { DeskView } from "@baton/bridge-server/conformance";
import { saidIn } from "./notes.ts";
import { accountSid } from "./twilio-sms.ts";

export const workspace = `WS${"b2".repeat(16)}`;
export const workflow = `WW${"c3".repeat(16)}`;
export const queues = { refunds: `WQ${"d4".repeat(16)}`, Billing: `WQ${"e5".repeat(16)}` };
export const service = `IS${"f6".repeat(16)}`;
export const hook = "https://bridge.test/v1/hooks/shop/twilio-flex";

const DATE = "2026-05-04T10:00:00Z";

export interface Message {
  sid: string;
  index: number;
  author: string;
  body: string;
  attributes: string;
  /** By its SID in the store. */
  media: string | null;
}
export interface Conversation {
  sid: string;
  unique_name: string;
  friendly_name: string;
  state: "active" | "closed";
  attributes: string;
  date_created: string;
  /** Those who have left, too. */
  participants: { sid: string; identity: string; hasLeft?: true }[];
  messages: Message[];
  webhooks: { sid: string; configuration: { url: string; method: string; filters: string[] } }[];
}
export interface Task {
  sid: string;
  interaction: string;
  channel: { sid: string; status: "active" | "closed" };
  conversation: Conversation;
  queue: string;
  priority: number;
  status: "pending" | "assigned" | "wrapping" | "completed" | "canceled";
  attributes: Record<string, unknown>;
}

/** What an agent sees of a task in Flex: what it says of itself, and its conversation. */
export function viewOf({ conversation, priority, status, attributes }: Task, fileOf: (sid: string) => File | undefined): DeskView {
  const { sid, state, participants, messages } = conversation;
  const notes = messages.filter(({ author }) => author === "baton").map(({ body }) => body);
  const about = attributes["handoff"] as Record<string, string> | undefined; // as its connector writes it; the rules look at what is in it
  const inIt = new Set(participants.map(({ identity }) => identity));
  const visitors = messages.filter(({ author }) => author.startsWith("visitor-") && inIt.has(author));
  return {
    ref: sid,
    isWaiting: state === "active" && status !== "canceled" && attributes["visitor_has_gone"] !== true,
    queue: typeof attributes["queue"] === "string" ? attributes["queue"] : null,
    urgent: priority > 0,
    reason: about?.["reason"] ?? null,
    before: saidIn(notes),
    lines: visitors.flatMap(({ body, media }) => (media === null ? [body] : [])),
    files: visitors.flatMap(({ media }) => fileOf(media ?? "") ?? []).map(({ name, type, size }) => ({ name, type, size })),
    contexts: notes,
    typing: [],
  };
}

export function conversationOut({ sid, unique_name, friendly_name, state, attributes, date_created }: Conversation) {
  const url = `https://conversations.twilio.com/v1/Conversations/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    chat_service_sid: service,
    messaging_service_sid: null,
    friendly_name,
    unique_name,
    attributes,
    state,
    date_created,
    date_updated: DATE,
    timers: {},
    bindings: {},
    url,
    links: { messages: `${url}/Messages` },
  };
}

export function messageOut({ sid, participants }: Conversation, message: Message, fileOf: (sid: string) => File | undefined) {
  const file = fileOf(message.media ?? "");
  return {
    ...message,
    ...inConversation(sid),
    participant_sid: participants.find(({ identity }) => identity === message.author)?.sid ?? null,
    media: file ? [{ sid: message.media, filename: file.name, content_type: file.type, size: file.size }] : null,
    delivery: null,
    content_sid: null,
  };
}

export function participantOut(conversation_sid: string, participant: { sid: string; identity: string }) {
  return { ...participant, ...inConversation(conversation_sid), attributes: "{}", messaging_binding: null, role_sid: null };
}

export function webhookOut(conversation_sid: string, webhook: Conversation["webhooks"][number]) {
  return { ...webhook, ...inConversation(conversation_sid), target: "webhook" };
}

const inConversation = (conversation_sid: string) => ({
  account_sid: accountSid,
  conversation_sid,
  date_created: DATE,
  date_updated: DATE,
});

/** What a task says of itself is told only by whoever is asked for that task. */
export function taskOut({ sid, status, priority, attributes }: Task, isAlone: boolean) {
  return {
    sid,
    account_sid: accountSid,
    workspace_sid: workspace,
    workflow_sid: workflow,
    assignment_status: status,
    attributes: isAlone ? JSON.stringify(attributes) : null,
    priority,
    age: 3,
    date_created: DATE,
    date_updated: DATE,
    task_channel_unique_name: "chat",
    task_queue_friendly_name: "Queue",
    timeout: 86_400,
  };
}

export function interactionOut({ sid, interaction, channel, attributes }: Task) {
  const url = `https://flex-api.twilio.com/v1/Interactions/${interaction}`;
  return {
    sid: interaction,
    channel: { type: "web", sid: channel.sid },
    routing: { reservation: null, properties: { sid, workspace_sid: workspace, attributes: JSON.stringify(attributes) } },
    interaction_context_sid: null,
    webhook_ttid: "flex_interactionwebhook_00000000000000000000000000",
    url,
    links: { channels: `${url}/Channels` },
  };
}

export function channelOut({ interaction, channel }: Task) {
  const url = `https://flex-api.twilio.com/v1/Interactions/${interaction}/Channels/${channel.sid}`;
  return { ...channel, interaction_sid: interaction, type: "web", error_code: null, error_message: "", url, links: {} };
}

export const workspaceOut = {
  sid: workspace,
  account_sid: accountSid,
  friendly_name: "Flex Task Assignment",
  event_callback_url: hook,
  events_filter: null,
  multi_task_enabled: true,
};

export function pageOf<Name extends string>(key: Name, list: object[]) {
  const meta = { page: 0, page_size: 50, key, next_page_url: null, previous_page_url: null };
  return { meta, [key]: list };
}

export function refused(status: number, code: number, message: string) {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

/** What a webhook says of something in a conversation: `SDK` where a person did it in Flex, `API` where a program did. */
export function toldInConversation({ sid }: Conversation, EventType: string, more: object, Source: string): Record<string, string> {
  return { EventType, ConversationSid: sid, ChatServiceSid: service, Source, ...more };
}

export function toldOfTask({ sid, queue, attributes }: Task, EventType: string, more: object): Record<string, string> {
  const about = { TaskSid: sid, TaskAttributes: JSON.stringify(attributes), TaskQueueSid: queue };
  return { EventType, WorkspaceSid: workspace, ...about, ...more };
}

export function withAgent({ sid }: Task, agent: string) {
  return {
    ReservationSid: `WR${sid.slice(2)}`,
    WorkerSid: `WK${String(agent.length).padStart(32, "0")}`,
    WorkerName: identityOf(agent),
    WorkerAttributes: JSON.stringify({ full_name: agent, contact_uri: `client:${identityOf(agent)}` }),
  };
}

/** How Flex writes an agent's name to sign in with. */
export const identityOf = (agent: string) => `${agent.replaceAll(/\W/gu, "_")}_40example_2Etest`;
