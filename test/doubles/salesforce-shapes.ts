// What Salesforce writes: in answers, in its stream, and on an agent's screen. The payloads are of its own schema of conversation entries.
import type { Answered, DeskView } from "@baton/bridge-server/conformance";
import { saidIn } from "./notes.ts";

export const org = "00D5g00000ABCDEEA5";
export const deployment = "Website";
export const queues = { refunds: "00G5g000000AAAA", Billing: "00G5g000000BBBB" };
export const parameters = {
  baton_queue: "Queue",
  baton_urgent: "Urgent",
  baton_visitor_has_gone: "Visitor_Has_Gone",
  reason: "Reason",
  order: "Order",
};

export interface Kept {
  identifier: string;
  entryType: string;
  entryPayload: Record<string, unknown>;
  sender: { role: string; subject: string; appType: string };
  senderDisplayName: string;
  transcriptedTimestamp: number;
  clientTimestamp: number;
}
export interface Conversation {
  id: string;
  subject: string;
  attributes: Record<string, string>;
  entries: Kept[];
  session: "Active" | "Ended";
  isClosed: boolean;
  typing: boolean[];
  readUpTo: string[];
}
export interface Streamed {
  id: number;
  type: string;
  data: object;
  subject: string;
}

export const visitor = (subject: string) => ({ role: "EndUser", subject, appType: "iamessage" });
export const agent = (name: string) => ({ role: "Agent", subject: `005-${name}`, appType: "agent" });
export const system = { role: "System", subject: "conversation", appType: "conversation" };

export const frameOf = ({ id, type, data }: Streamed) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

interface Content {
  text: string;
  attachments?: { name: string; mimeType: string; size: number }[];
}

/** What an agent sees: the parameters, and messages in the visitor's name, of which some say that they are none of theirs. */
export function viewOf({ id, attributes, entries, session, isClosed, typing }: Conversation): DeskView {
  const said = entries.flatMap(({ sender, entryPayload }) => {
    const { staticContent } = (entryPayload["abstractMessage"] ?? {}) as { staticContent?: Content };
    return sender.role === "EndUser" && staticContent ? [staticContent] : [];
  });
  const messages = said.flatMap(({ text, attachments }) => (attachments ? [] : [text]));
  const isOurs = (text: string) => text.startsWith("[For you,");
  const contexts: string[] = [];
  for (const text of messages.filter(isOurs)) {
    if (/ 1 of \d+\]\n/.test(text)) contexts.push(text);
    else contexts.push(`${contexts.pop()}\n${text}`);
  }
  return {
    ref: id,
    isWaiting: session !== "Ended" && !isClosed && attributes["Visitor_Has_Gone"] !== "true",
    queue: attributes["Queue"] ?? null,
    urgent: attributes["Urgent"] === "true",
    reason: attributes["Reason"] ?? null,
    before: saidIn(contexts.slice(0, 1)),
    lines: messages.filter((text) => !isOurs(text)),
    files: said.flatMap(({ attachments = [] }) => attachments.map(({ name, mimeType, size }) => ({ name, type: mimeType, size }))),
    contexts,
    typing,
  };
}

export function refused(status: number, message: string): Answered {
  return { status, body: { message, code: status } };
}

const routed = { entryType: "RoutingResult", failureType: "None", errorMessages: [] };

export const routedAtFirst = {
  ...routed,
  routingType: "Initial",
  estimatedWaitTime: { isEWTRequested: false, estimatedWaitTimeInSeconds: -1 },
};

export const transferredTo = (queueId: string) => ({
  ...routed,
  routingType: "Transfer",
  routingConfigurationDetails: { routingConfigurationType: "QueueRoutingType", queueId },
});

export function writtenAt(at: number, sender: Kept["sender"], name: string, payload: Record<string, unknown>, identifier: string): Kept {
  return {
    identifier,
    entryType: String(payload["entryType"]),
    entryPayload: { ...payload, id: identifier },
    sender,
    senderDisplayName: name,
    transcriptedTimestamp: at,
    clientTimestamp: at,
  };
}
