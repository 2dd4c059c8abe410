// What Zendesk writes: in answers, in its two webhooks, and on an agent's screen.
import { createHash, createHmac } from "node:crypto";
import type { Answered, DeskView, Handwriting } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import { saidIn } from "./notes.ts";

export const WORKSPACE = "zd:agentWorkspace";
export const app = "5d8cff3cd55b040010928b5b";
export const key = { id: "app_5deaa3531c7f940010fc4ef9", secret: "the-key-secret" };
export const secrets = { new: "the-webhook-secret", old: "the-secret-before", stranger: "somebody-elses" };
export const groups = { refunds: 360001, Billing: 360002 };
export const integrations = { baton: integration("baton", "custom"), [WORKSPACE]: integration("agents", WORKSPACE) };

export interface Message {
  id: string;
  author: { type: string };
  text: string;
  file: { name: string; type: string; size: number } | null;
  metadata: Record<string, unknown>;
}
export interface Conversation {
  id: string;
  user: string;
  metadata: Record<string, unknown>;
  active: keyof typeof integrations | null;
  /** What the agents' ticket was made with; `null`: there is none yet. */
  ticket: Record<string, unknown> | null;
  isSolved: boolean;
  messages: Message[];
}

export interface ZendeskEvent {
  id: string;
  type: string;
  createdAt: string;
  payload: object;
}

function integration(name: string, integrationType: string) {
  const id = createHash("sha256").update(name).digest("hex").slice(0, 24);
  return { id, name, integrationId: id, integrationType, deliverStandbyEvents: true };
}

export function refused(status: number, code: string): Answered {
  return { status, body: { errors: [{ code, title: code }] } };
}

/** Metadata is flat, and 4 KB in all. */
export function isTaken(metadata: Record<string, unknown>): boolean {
  const isFlat = Object.values(metadata).every((value) => ["string", "number", "boolean"].includes(typeof value));
  return isFlat && Buffer.byteLength(JSON.stringify(metadata)) <= 4_096;
}

export function messageOut({ id, author, text, file, metadata }: Message) {
  const shown = file && { type: file.type.startsWith("image/") ? "image" : "file", mediaUrl: "https://media.test/f", altText: file.name };
  return {
    id,
    received: "2026-05-04T10:00:00.000Z",
    author,
    content: shown ?? { type: "text", text },
    source: { type: "api:conversations" },
    metadata,
  };
}

export function viewOf({ id, active, ticket, isSolved, messages }: Conversation): DeskView {
  const fields = ticket ?? {};
  const tags = String(fields["dataCapture.systemField.tags"]).split(",");
  const visitors = messages.filter(({ author }) => author.type === "user");
  const notes = messages.filter(({ author }) => author.type === "business").map(({ text }) => text);
  return {
    ref: id,
    isWaiting: active === WORKSPACE && !isSolved && !tags.includes("visitor_has_gone"),
    queue: Object.entries(groups).find(([, group]) => group === fields["dataCapture.systemField.group_id"])?.[0] ?? null,
    urgent: fields["dataCapture.systemField.priority"] === "urgent",
    reason: typeof fields["reason"] === "string" ? fields["reason"] : null,
    before: saidIn([notes.join("\n")]),
    lines: visitors.flatMap(({ file, text }) => (file ? [] : [text])),
    files: visitors.flatMap(({ file }) => file ?? []),
    contexts: notes,
    typing: [],
  };
}

export function batch(events: ZendeskEvent[], { signedBy = "new" }: Handwriting): Delivery {
  const body = Buffer.from(JSON.stringify({ app: { id: app }, webhook: { id: "5e554d3c0c1b2a0010ac2b2a", version: "v2" }, events }));
  return { headers: new Headers({ "x-api-key": secrets[signedBy] }), body, url: "https://bridge.test/v1/hooks/shop/zendesk" };
}

/** As the trigger of the guide writes it. */
export function solvedTicket(
  ticket: { status: string; tags: string },
  invocation: string,
  { signedBy = "new", secondsAgo = 0 }: Handwriting,
): Delivery {
  const body = JSON.stringify(ticket);
  const timestamp = new Date(Date.now() - secondsAgo * 1000).toISOString().replace(/\.\d+Z/, "Z");
  const headers = new Headers({
    "x-zendesk-webhook-invocation-id": invocation,
    "x-zendesk-webhook-signature-timestamp": timestamp,
    "x-zendesk-webhook-signature": createHmac("sha256", secrets[signedBy])
      .update(timestamp + body)
      .digest("base64"),
  });
  return { headers, body: Buffer.from(body), url: "https://bridge.test/v1/hooks/shop/zendesk" };
}
