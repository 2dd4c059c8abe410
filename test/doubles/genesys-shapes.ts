// What Genesys writes: in answers, in its webhook, and on an agent's screen. Its own library's types hold for all of it.
import type { DeskView } from "@baton/bridge-server/conformance";
import type { LinkedFile } from "@baton/bridge-server/connector";
import type { Models } from "purecloud-platform-client-v2";
import { saidIn } from "./notes.ts";

export const integration = "5d1c9f4e-7a1b-4b0e-9d53-0c2f6a7e8b91";
export const hook = "https://bridge.test/v1/hooks/shop/genesys";
export const queues = { refunds: "11aa22bb-0000-4000-8000-000000000001", Billing: "11aa22bb-0000-4000-8000-000000000002" };

export interface Message {
  id: string;
  /** Whose place in the conversation it belongs to. */
  participant: string;
  normalized: Models.ConversationNormalizedMessage;
}
export interface Conversation {
  id: string;
  visitor: string;
  attributes: Record<string, string>;
  participants: (Models.MessageMediaParticipant & { id: string })[];
  messages: Message[];
  typing: boolean[];
  readUpTo: string | null;
}

export const isOver = ({ participants }: Conversation) =>
  participants.findLast(({ purpose }) => purpose === "customer")?.state === "disconnected";

/** What an agent sees: what the flow was told, and the messages. What is named as an opening, a brief or a context is no line. */
export function viewOf(conversation: Conversation): DeskView {
  const { id, visitor, attributes, messages, typing } = conversation;
  const theirs = messages.map(({ normalized }) => normalized).filter(({ direction }) => direction === "Inbound");
  const named = (name: string) => theirs.filter(({ channel }) => channel?.messageId?.startsWith(`${name}:`)).map(({ text }) => text ?? "");
  const lines = theirs.filter(({ channel }) => !/^(opening|brief|context):/.test(channel?.messageId ?? ""));
  const notes = [named("brief").join("\n"), ...named("context")].filter(Boolean);
  return {
    ref: `${visitor}\n${id}`,
    isWaiting: !isOver(conversation) && attributes["baton_visitor_has_gone"] !== "true",
    queue: attributes["baton_queue"] ?? null,
    urgent: attributes["baton_urgent"] === "true",
    reason: attributes["reason"] ?? null,
    before: saidIn(notes.slice(0, 1)),
    lines: lines.flatMap(({ text }) => text ?? []),
    files: lines.flatMap(({ content }) => (content ?? []).flatMap(({ attachment }) => (attachment ? fileOf(attachment) : []))),
    contexts: notes,
    typing,
  };
}

/** Genesys fetches what a link leads to, and weighs it then; here every link leads to 24 kB. */
function fileOf({ filename, mime, url }: Models.ConversationContentAttachment): LinkedFile {
  return { name: filename ?? "", type: mime ?? "", size: 24_000, url: url ?? "" };
}

export function conversationOut({ id, participants, messages }: Conversation): Models.MessageConversation {
  const withMessages = participants.map((one) => ({
    ...one,
    messages: messages.filter(({ participant }) => participant === one.id).map(detailsOut),
  }));
  return { id, participants: withMessages, otherMediaUris: [], selfUri: `/api/v2/conversations/messages/${id}` };
}

function detailsOut({ id, normalized }: Message): Models.MessageDetails {
  return {
    messageId: id,
    messageURI: `/api/v2/conversations/messages/x/messages/${id}`,
    messageStatus: "sent",
    messageTime: normalized.channel?.time ?? "",
    media: [],
    stickers: [],
  };
}

export function messageOut(conversation: Conversation, { id, normalized }: Message): Models.MessageData {
  const timestamp = normalized.channel?.time ?? "";
  return {
    id,
    timestamp,
    direction: normalized.direction?.toLowerCase() ?? "",
    messengerType: "open",
    status: "sent",
    normalizedMessage: normalized,
    conversationId: conversation.id,
  };
}

/** The answer to what was sent in, and what the webhook tells, are of one shape. */
export function postedOut(conversation: Conversation, { id, normalized }: Message): Models.OpenMessageNormalizedMessage {
  const { channel, type, text, content } = normalized;
  const { to, from, time = "", messageId = "" } = channel ?? {};
  return {
    id,
    channel: {
      id: integration,
      platform: "Open",
      type: "Private",
      messageId,
      to: { id: to?.id ?? "" },
      from: { id: from?.id ?? "", idType: "Opaque" },
      time,
    },
    type,
    ...(text !== undefined && { text }),
    ...(content && { content }),
    conversationId: conversation.id,
  };
}

export function contentOf(content: Models.OpenInboundMessageContent[]): Models.ConversationMessageContent[] {
  return content.flatMap(({ attachment }) => (attachment ? { contentType: "Attachment", attachment } : []));
}

/** A message, or an event, of which there is a type of its own. */
type Told = Omit<Models.OpenNormalizedMessage, "id" | "channel"> & Pick<Models.OpenEventNormalizedMessage, "events">;

export function toldOut(visitor: string, id: string, time: string, more: Told): Models.OpenNormalizedMessage {
  const from = { nickname: "Website", id: integration, idType: "Opaque" };
  return {
    id,
    channel: { id: integration, platform: "Open", type: "Private", messageId: id, to: { id: visitor }, from, time },
    direction: "Outbound",
    ...more,
  };
}

export const integrationOut: Models.OpenIntegration = {
  id: integration,
  name: "Website",
  outboundNotificationWebhookUrl: hook,
  outboundNotificationWebhookSignatureSecretToken: "********",
  status: "Active",
  createStatus: "Completed",
  messagingSetting: { id: "s-1", name: "With typing", event: { typing: { on: { inbound: "Enabled", outbound: "Enabled" } } } },
};

export const recipientOut: Models.Recipient = {
  id: integration,
  name: "Website",
  flow: { id: "f-1", name: "Website" },
  messengerType: "open",
};
