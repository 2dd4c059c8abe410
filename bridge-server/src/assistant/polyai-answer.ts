// What PolyAI's Chat and Handoff answers say. Nothing is required but an object: fields are missing, null, in camel case or
// of another type in one revision or another of its documentation (U2, U3, U11, U24).
import type { Answer, AssistantMove, Rich } from "./assistant.ts";

const MOST_ITEMS = 10;
const LONGEST = { suggestion: 300, payload: 1_000, title: 200, url: 2_000, name: 300 };

/** One answer of create or respond, without the chat it belongs to. */
export function readAnswer(body: Body): Omit<Answer, "chat"> {
  const text = wellFormed(body["response"]);
  const rich = richIn(body);
  const next = moveIn(body);
  const isAnnounced = claims(body, "delayed_response");
  const isEmpty = text.trim() === "" && Object.values(rich).every((list) => list.length === 0);
  return { text, more: next === null && (isAnnounced || isEmpty), next, language: languageIn(body), rich };
}

/** Whether a greeting has more to come. One without words is complete, unless it says otherwise. */
export function isGreetingUnfinished(body: Body): boolean {
  return moveIn(body) === null && claims(body, "delayed_response");
}

/** The conversation that an answer says it is about. */
export function chatIn(body: Body): string | null {
  return nameIn(field(body, "conversation_id")) ?? nameIn(field(body, "chat_id"));
}

/** Whether a handoff state is about another conversation than ours. An `id` of null is not (U11). */
export function isForeign(body: Body, ours: { chat: string | null; sharedId: string | null }): boolean {
  const id = nameIn(body["id"]) ?? nameIn(field(body, "conversation_id"));
  const sharedId = nameIn(field(body, "shared_id"));
  return (
    (ours.chat !== null && id !== null && id !== ours.chat) || (ours.sharedId !== null && sharedId !== null && sharedId !== ours.sharedId)
  );
}

/** What the assistant stored: always an object. */
export function dataIn({ data }: Body): Record<string, unknown> {
  if (data === null || data === undefined) return {};
  return isBody(data) ? data : { value: data };
}

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field under its documented name or that name in camel case. */
export function field(body: Body, name: string): unknown {
  return body[name] ?? body[camelCased(name)];
}

const spelled = new Map<string, string>();

/** Asked for the same few names at every answer. */
function camelCased(name: string): string {
  const known = spelled.get(name) ?? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  spelled.set(name, known);
  return known;
}

function moveIn(body: Body): AssistantMove | null {
  const handoff = handoffIn(body["handoff"]);
  // A handoff counts even when the conversation is said to stay open.
  if (handoff) return { type: "hand_off", ...handoff };
  return claims(body, "end_conversation") ? { type: "end" } : null;
}

/** Agents' own code puts `true`, a queue's name, or a block for some platform where an object with a destination belongs. */
function handoffIn(handoff: unknown): { destination: string | null; reason: string | null } | null {
  if (!handoff) return null;
  if (!isBody(handoff)) return typeof handoff === "string" && handoff.trim() === "" ? null : { destination: nameIn(handoff), reason: null };
  const destination = nameIn(handoff["destination"]) ?? platformIn(field(handoff, "text_chat"));
  const reason = nameIn(handoff["reason"]);
  // Where an agent gives no reason, PolyAI repeats the destination: that is none.
  return { destination, reason: reason?.trim() === destination?.trim() ? null : reason };
}

/** The one `<platform>_integration` that a handoff for PolyAI's own widget names, for a site to route by (H5). */
function platformIn(textChat: unknown): string | null {
  const named = isBody(textChat) ? Object.keys(textChat).filter((key) => key.endsWith("_integration")) : [];
  return named.length === 1 ? nameIn(named[0]) : null;
}

function richIn(body: Body): Rich {
  return {
    suggestions: itemsIn(body, "response_suggestions", suggestionIn),
    attachments: itemsIn(body, "attachments", attachmentIn),
    calls: itemsIn(body, "chat_call_actions", phoneCallIn),
  };
}

function itemsIn<Item>(body: Body, name: string, read: (item: Body) => Item | null): Item[] {
  const list = field(body, name);
  if (!Array.isArray(list)) return [];
  // Not counted before they are read: what cannot be shown must not push out what can.
  return list
    .slice(0, 100)
    .map((item: unknown) => (isBody(item) ? read(item) : null))
    .filter((item) => item !== null)
    .slice(0, MOST_ITEMS);
}

function suggestionIn(item: Body): Rich["suggestions"][number] | null {
  const text = wellFormed(field(item, "message_text")).trim();
  const payload = wellFormed(item["payload"]);
  // Both are sent back as they are, so neither is cut short.
  if (text === "" || text.length > LONGEST.suggestion || payload.length > LONGEST.payload) return null;
  return { text, payload: payload === "" ? null : payload };
}

function attachmentIn(item: Body): Rich["attachments"][number] | null {
  const kind = kindOf(field(item, "content_type"));
  const preview = webAddress(field(item, "preview_image_url"));
  const url = webAddress(field(item, "content_url")) ?? (kind === "image" ? preview : null);
  if (!kind || !url) return null;
  return {
    title: titleIn(item) ?? new URL(url).hostname,
    url,
    imageUrl: preview ?? (kind === "image" ? url : null),
    kind,
    action: short(field(item, "call_to_action_text")) ?? short(field(item, "call_to_action")),
  };
}

function kindOf(contentType: unknown): "link" | "image" | null {
  if (contentType === undefined || contentType === null) return "link";
  const name = String(contentType).replace("ATTACHMENT_CONTENT_TYPE_", "").toLowerCase();
  if (name === "image") return "image";
  return ["url", "weblink", "unspecified"].includes(name) ? "link" : null;
}

function phoneCallIn(item: Body): Rich["calls"][number] | null {
  const number = wellFormed(field(item, "contact_number")).replaceAll(/[\s().-]/g, "");
  return /^\+[1-9]\d{4,14}$/.test(number) ? { title: titleIn(item) ?? number, number } : null;
}

function languageIn(body: Body): string | null {
  const given = short(field(body, "language_code")) ?? short(body["language"]) ?? short(field(body, "tts_lang_code"));
  try {
    return Intl.getCanonicalLocales(given?.replaceAll("_", "-") ?? [])[0] ?? null;
  } catch {
    return null; // not a language tag, so it says nothing
  }
}

/** An http(s) address without credentials in it, spelled the way browsers do. */
function webAddress(value: unknown): string | null {
  const url = typeof value === "string" && value.length <= LONGEST.url ? URL.parse(value) : null;
  return url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" ? url.href : null;
}

const titleIn = ({ title }: Body) => short(title);

/** A label, cut to a length that can be shown. */
function short(value: unknown): string | null {
  const label = wellFormed(value).trim();
  return label === "" ? null : label.slice(0, LONGEST.title).toWellFormed();
}

/** An id, a destination or a reason. Some answers have carried ids as numbers. */
function nameIn(value: unknown): string | null {
  const name = typeof value === "number" ? String(value) : wellFormed(value);
  return name.trim() === "" ? null : name.slice(0, LONGEST.name).toWellFormed();
}

/** Text that every store and every browser takes: no half characters, no control characters but breaks and tabs. */
function wellFormed(value: unknown): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return typeof value === "string" ? value.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, "") : "";
}

function claims(body: Body, name: string): boolean {
  const value = field(body, name);
  return value === true || value === "true";
}

export type Body = Record<string, unknown>;
