// What Chatwoot writes: in answers, in webhooks, and on an agent's screen.
import { createHmac } from "node:crypto";
import type { DeskView, Handwriting } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import { saidIn } from "./notes.ts";

export const secrets = { new: "the-webhook-secret", old: "the-secret-before", stranger: "the-inbox-hmac-token" };
export const token = "an-access-token";
export const inbox = { id: 7, identifier: "inbox-identifier" };
export const account = 3;
export const teams = { refunds: 11, Billing: 12 };
export const teamNames = new Map(Object.entries(teams).map(([name, id]) => [id, name]));

export interface Message {
  id: number;
  content: string;
  message_type: 0 | 1;
  private: boolean;
  source_id: string | null;
  files: { name: string; type: string; size: number }[];
  /** Of what agents have written: who, and what came with it. */
  sender?: object;
  attachments?: object[];
}
export interface Conversation {
  id: number;
  contact: string;
  status: "open" | "resolved";
  custom_attributes: Record<string, unknown>;
  priority: string | null;
  team: number | null;
  assignee: { id: number; name: string } | null;
  messages: Message[];
  typing: boolean[];
}

export const inboxBody = {
  id: inbox.id,
  name: "Baton",
  channel_type: "Channel::Api",
  webhook_url: "https://bridge.test/v1/hooks/shop/chatwoot",
  inbox_identifier: inbox.identifier,
};

export function viewOf({ id, contact, status, custom_attributes, priority, team, messages, typing }: Conversation): DeskView {
  const notes = messages.filter((message) => message.private && message.source_id !== null).map(({ content }) => content);
  const incoming = messages.filter((message) => message.message_type === 0);
  return {
    ref: `${id}/${contact}`,
    isWaiting: status === "open" && custom_attributes["visitor_has_gone"] === undefined,
    queue: team === null ? null : (teamNames.get(team) ?? null),
    urgent: priority === "urgent",
    reason: typeof custom_attributes["reason"] === "string" ? custom_attributes["reason"] : null,
    before: saidIn(notes),
    lines: incoming.filter(({ content }) => content !== "").map(({ content }) => content),
    files: incoming.flatMap(({ files }) => files),
    contexts: notes,
    typing,
  };
}

export function messageBody(conversation: Conversation, { files, ...message }: Message) {
  const at = 1_777_888_800;
  return {
    ...message,
    account_id: account,
    inbox_id: inbox.id,
    conversation_id: conversation.id,
    created_at: at,
    updated_at: at,
    content_type: "text",
    ...(files.length > 0 && { attachments: files.map(({ size }) => ({ file_size: size })) }),
  };
}

export function webhookData({ id, contact, status, custom_attributes, priority, assignee, team }: Conversation) {
  return {
    id,
    inbox_id: inbox.id,
    channel: "Channel::Api",
    contact_inbox: { id: 1, inbox_id: inbox.id, source_id: contact },
    status,
    custom_attributes,
    priority,
    meta: {
      sender: { id: 5, name: "Ada", type: "contact" },
      assignee,
      team: team === null ? null : { id: team, name: teamNames.get(team) },
    },
  };
}

export function signed(event: object, delivery: string, { signedBy = "new", secondsAgo = 0 }: Handwriting): Delivery {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
  const signature = createHmac("sha256", secrets[signedBy]).update(`${timestamp}.${body}`).digest("hex");
  const headers = new Headers({
    "x-chatwoot-delivery": delivery,
    "x-chatwoot-timestamp": timestamp,
    "x-chatwoot-signature": `sha256=${signature}`,
  });
  return { headers, body: Buffer.from(body), url: "https://bridge.test/v1/hooks/shop/chatwoot" };
}
