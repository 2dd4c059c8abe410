import { readUserToUser, writeUserToUser } from "./user-to-user.ts";

/** One header that a call carries, and what stands in it. */
export interface SipHeader {
  /** As it is written; found in any case. */
  name: string;
  /** A text, in which `$field` stands for a field of the context: `$customer_id` alone is read back as well as written. */
  value: string;
  /** In bytes. A longer value is left out, because half an id is another id. */
  longest: number;
}

export interface SipMapping {
  headers: SipHeader[];
  /** Fields without which whoever takes the call has to ask: told when missing, never invented. */
  required: string[];
}

export interface ReadContext {
  context: Record<string, string>;
  /** Of `required`, what no header brought. */
  missing: string[];
  /** Headers that were not read, and why. */
  unread: { name: string; because: Unread }[];
}

export type Unread = "unmapped" | "empty" | "too_long" | "malformed" | "secret";

export interface WrittenHeaders {
  /** In the mapping's order, then what was passed besides. */
  headers: [name: string, value: string][];
  missing: string[];
  /** Headers that were not written, and why. */
  unwritten: { name: string; because: Unwritten }[];
}

export type Unwritten = "no_value" | "too_long" | "no_header_name";

/**
 * Names under which deployments of PolyAI, Five9, Genesys, Zendesk, Zoom and NICE are known to send what they know, and one of our
 * own, `X-Shared-Id`, where the mapping names no header of its own. None of them is a standard.
 */
const ALIASES: Record<string, string> = {
  "x-customer-id": "customer_id",
  "x-caller-id": "caller_id",
  "x-reason": "reason",
  "x-verified": "verified",
  "x-call-type": "call_type",
  "x-language": "language",
  "x-outcome": "outcome",
  "x-src-ip": "src_ip",
  "x-real-caller": "real_caller",
  "x-polyai-session": "polyai_session",
  "x-custom-header": "custom_header",
  "x-shared-id": "shared_id",
  "x-contained": "contained",
  "x-destination": "destination",
  "user-to-user": "user_to_user",
  "x-user-to-user": "user_to_user",
  "x-inin-cnv": "genesys_conversation_id",
  "x-zendesk-ticket-id": "zendesk_ticket_id",
  "x-zoom-call-sid": "zoom_call_sid",
  "x-zoom-original-calling-number": "zoom_original_calling_number",
  "x-zoom-forwarding-number": "zoom_forwarding_number",
  "x-zoom-forwarding-extension": "zoom_forwarding_extension",
  "x-zoom-transfer-number": "zoom_transfer_number",
  ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`p${at + 1}`, `p${at + 1}`])),
};

/** What authenticates a trunk, and is nobody's context. */
const SECRET = new Set(["x-polyai-auth-token", "authorization", "proxy-authorization"]);
/** What any field may hold. A whole request of more than 1,300 bytes has to leave UDP (RFC 3261 §18.1.1). */
const LONGEST_BYTES = 1_024;

/**
 * Whether a header may be set by us: `X-` and a token after RFC 3261 §25.1, or `User-to-User` (RFC 7433). Anything else belongs to
 * the call itself: who set `Contact` or `Via` from a context would let the context steer the call.
 */
export function isOurs(name: string): boolean {
  return /^(x-[\w.!%*+`'~-]+|user-to-user)$/i.test(name);
}

/** What a call brought. Names are found in any case; of a header that comes more than once, the first that is of use counts. */
export function readHeaders(mapping: SipMapping, given: Iterable<[name: string, value: string]>): ReadContext {
  const byName = new Map<string, { field: string; longest: number }>();
  for (const [name, field] of Object.entries(ALIASES)) byName.set(name, { field, longest: LONGEST_BYTES });
  for (const { name, value, longest } of mapping.headers) {
    const field = fieldOf(value);
    if (field === null) byName.delete(name.toLowerCase()); // the mapping uses the name for something else
    else byName.set(name.toLowerCase(), { field, longest });
  }
  const found = new Map<string, string>();
  const unread: ReadContext["unread"] = [];
  for (const [name, value] of given) {
    const read = valueOf(name.toLowerCase(), value);
    if (typeof read === "string") unread.push({ name, because: read });
    else if (!found.has(read.field)) found.set(read.field, read.text);
  }
  const context = Object.fromEntries(found);
  return { context, missing: missingIn(mapping, context), unread };

  function valueOf(name: string, value: string): { field: string; text: string } | Unread {
    if (SECRET.has(name)) return "secret";
    const known = byName.get(name);
    if (!known) return "unmapped";
    const text = isUserToUser(name) ? readUserToUser(value) : onOneLine(value);
    if (text === null) return "malformed";
    if (text === "") return "empty";
    return Buffer.byteLength(text) > known.longest ? "too_long" : { field: known.field, text };
  }
}

/**
 * The headers that carry a context to a phone system. What is `passed` besides, by the function that transfers the call, overrides
 * the mapping. Nothing in a value can begin another header: line breaks and other control characters become one space.
 */
export function writeHeaders(mapping: SipMapping, context: Record<string, unknown>, passed: Record<string, string> = {}): WrittenHeaders {
  const written = new Map<string, [name: string, value: string]>();
  const unwritten: WrittenHeaders["unwritten"] = [];
  const overridden = new Set(Object.keys(passed).map((name) => name.toLowerCase()));
  for (const { name, value, longest } of mapping.headers) {
    if (!overridden.has(name.toLowerCase())) put(name, filled(value, context), longest);
  }
  for (const [name, value] of Object.entries(passed)) {
    put(name, value, mapping.headers.find((one) => one.name.toLowerCase() === name.toLowerCase())?.longest ?? LONGEST_BYTES);
  }
  return { headers: [...written.values()], missing: missingIn(mapping, context), unwritten };

  function put(name: string, value: string | null, longest: number): void {
    const text = value === null ? "" : onOneLine(value);
    if (!isOurs(name)) unwritten.push({ name: onOneLine(name), because: "no_header_name" });
    else if (text === "") unwritten.push({ name, because: "no_value" });
    else if (Buffer.byteLength(text) > longest) unwritten.push({ name, because: "too_long" });
    else written.set(name.toLowerCase(), [name, isUserToUser(name.toLowerCase()) ? writeUserToUser(text) : text]);
  }
}

/** `$name` and nothing else. */
function fieldOf(value: string): string | null {
  return /^\$([\w.]+)$/.exec(value)?.[1] ?? null;
}

/** `null` when a field that it names is not there: half a sentence misleads whoever reads it. */
function filled(value: string, context: Record<string, unknown>): string | null {
  let isWhole = true;
  const text = value.replaceAll(/\$([\w.]+)/g, (_, field: string) => {
    const found = lookUp(context, field);
    if (found === null) isWhole = false;
    return found ?? "";
  });
  return isWhole ? text : null;
}

/** By its own name, or along dots. Only what can be said in one line has a value. */
function lookUp(context: Record<string, unknown>, field: string): string | null {
  let found: unknown = Object.hasOwn(context, field) ? context[field] : context;
  if (found === context) {
    for (const step of field.split(".")) {
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return null;
      found = (found as Record<string, unknown>)[step]; // an object, as has just been seen
    }
  }
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean" ? String(found) : null;
}

/** The required fields that a context does not hold, or holds nothing in. */
export function missingIn({ required }: SipMapping, context: Record<string, unknown>): string[] {
  return required.filter((field) => (lookUp(context, field) ?? "").trim() === "");
}

const isUserToUser = (name: string) => name === "user-to-user" || name === "x-user-to-user";

function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
