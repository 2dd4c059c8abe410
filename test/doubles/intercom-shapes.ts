// What Intercom writes: in answers, in notifications, and on a teammate's screen.
import { createHmac } from "node:crypto";
import type { DeskView, Handwriting } from "@baton/bridge-server/conformance";
import type { Delivery } from "@baton/bridge-server/connector";
import { saidIn } from "./notes.ts";

export const secrets = { new: "the-client-secret", old: "the-secret-before", stranger: "the-access-token" };
export const token = "an-access-token";
export const admin = 991_267_101;
export const teams = { refunds: 814_865, Billing: 814_866 };
export const teamNames = new Map(Object.entries(teams).map(([name, id]) => [String(id), name]));
export const attributes = { order: "Order number" };

const AT = 1_777_889_000; // 2026-05-04, a little after everything that is said in the rules

export interface Somebody {
  type: "admin" | "bot" | "user";
  id: string;
  name: string;
}
export interface Part {
  id: string;
  part_type: string;
  /** As Intercom keeps it: HTML. */
  body: string | null;
  author: Somebody;
  assigned_to: { type: string; id: string | null } | null;
  files: Kept[];
}
export interface Contact {
  id: string;
  external_id: string;
  name: string;
  created_at: number;
}
/** A file at its address. */
export interface Kept {
  file: File;
  url: string;
}
export interface Conversation {
  id: string;
  contact: string;
  state: "open" | "closed";
  title: string | null;
  tags: string[];
  custom_attributes: Record<string, string>;
  team: string | null;
  begunWith: string;
  parts: Part[];
}

export const bridge: Somebody = { type: "admin", id: String(admin), name: "Baton" };
export const operator: Somebody = { type: "bot", id: "991", name: "Operator" };
export const visitorOf = ({ contact }: Conversation): Somebody => ({ type: "user", id: contact, name: "Ada" });

export const adminOut = {
  type: "admin",
  id: String(admin),
  name: bridge.name,
  email: "baton@example.test",
  away_mode_enabled: false,
  away_mode_reassign: false,
  has_inbox_seat: true,
  team_ids: Object.values(teams),
};
export const attributeOut = { type: "conversation_attribute", id: 12_878, name: attributes.order, data_type: "string", archived: false };

/** What a contact writes is text, with links made of its addresses. */
export function asHtml(text: string): string {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return `<p>${plain.replaceAll("\n", "<br>").replaceAll(/https?:\/\/\S+/g, (url) => `<a href="${url}">${url}</a>`)}</p>`;
}

/** As a browser shows it: spaces run together, unless they are meant to be kept. */
export function shown(html: string): string {
  const lines = html.split("<br>").map((line) =>
    line
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
  return lines
    .join("\n")
    .replaceAll("&nbsp;", "\u00a0")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

export function viewOf(conversation: Conversation): DeskView {
  const { id, state, title, tags, team, parts } = conversation;
  const visitors = parts.filter(({ author }) => author.type === "user");
  const notes = parts.filter(({ part_type }) => part_type === "note").map(({ body }) => shown(body ?? ""));
  return {
    ref: id,
    isWaiting: state === "open" && !tags.includes("visitor_has_gone"),
    queue: team === null ? null : (teamNames.get(team) ?? null),
    urgent: tags.includes("urgent"),
    reason: title,
    before: saidIn(notes),
    lines: visitors.flatMap(({ body, files }) => (files.length > 0 ? [] : [textIn(body)])),
    files: visitors.flatMap(({ files }) => files.map(({ file: { name, type, size } }) => ({ name, type, size }))),
    contexts: notes,
    typing: [],
  };
}

/** Every character of it, which a teammate's screen keeps in what contacts write. */
const textIn = (html: string | null) =>
  (html ?? "")
    .replaceAll("<br>", "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** `display_as=plaintext`, as the description has it: a link is its label and its address. */
function plaintext(html: string | null): string | null {
  return html && shown(html.replaceAll(/<a href="([^"]*)">([^<]*)<\/a>/g, "$2 ($1)"));
}

export function contactOut(contact: Contact) {
  return { type: "contact", role: "user", ...contact, custom_attributes: {} };
}

export function conversationOut(conversation: Conversation, display: string | null) {
  const { id, contact, state, title, custom_attributes, team, begunWith } = conversation;
  const written = (html: string | null) => (display === "plaintext" ? plaintext(html) : html);
  return {
    type: "conversation",
    id,
    created_at: AT,
    updated_at: AT,
    title,
    state,
    open: state === "open",
    read: false,
    priority: "none",
    admin_assignee_id: 0,
    team_assignee_id: Number(team ?? 0),
    custom_attributes,
    contacts: { type: "contact.list", contacts: [{ type: "contact", id: contact, external_id: "70" }] },
    source: {
      type: "conversation",
      id: "3",
      delivered_as: "customer_initiated",
      body: written(asHtml(begunWith)),
      author: authorOut(visitorOf(conversation)),
    },
    conversation_parts: {
      type: "conversation_part.list",
      conversation_parts: conversation.parts.slice(-500).map((part) => partOut(part, written(part.body))),
      total_count: conversation.parts.length,
    },
  };
}

/** In a notification of version 2.15 or later, a text is plain. */
export function partOut({ id, part_type, author, assigned_to, files }: Part, body: string | null) {
  return {
    type: "conversation_part",
    id,
    part_type,
    body,
    created_at: AT,
    updated_at: AT,
    notified_at: AT,
    assigned_to,
    author: { ...authorOut(author), from_ai_agent: author.type === "bot" },
    attachments: files.map(({ file, url }) => ({
      type: "upload",
      name: file.name,
      url,
      content_type: file.type,
      filesize: file.size,
    })),
    external_id: null,
    redacted: false,
  };
}

function authorOut({ type, id, name }: Somebody) {
  return { type, id, name, email: `${id}@example.test` };
}

export function notification(topic: string, item: object, n: number, { secondsAgo = 0 }: Handwriting) {
  const at = Math.floor(Date.now() / 1000) - secondsAgo;
  return {
    type: "notification_event",
    app_id: "a86dr8yl",
    data: { type: "notification_event_data", item },
    links: {},
    id: `notif_${String(n).padStart(12, "0")}`,
    topic,
    delivery_status: "pending",
    delivery_attempts: 1,
    delivered_at: 0,
    first_sent_at: at,
    created_at: at,
    self: null,
  };
}

export function signed(told: object, { signedBy = "new" }: Handwriting = {}): Delivery {
  const body = JSON.stringify(told);
  const signature = createHmac("sha1", secrets[signedBy]).update(body).digest("hex");
  const headers = new Headers({ "x-hub-signature": `sha1=${signature}`, "content-type": "application/json" });
  return { headers, body: Buffer.from(body), url: "https://bridge.test/v1/hooks/shop/intercom" };
}

export function refused(status: number, code: string, message: string) {
  return { status, body: { type: "error.list", request_id: "0007a8e5-e9b4-4e6b-9d0a-2c2c3e0a9b3f", errors: [{ code, message }] } };
}
