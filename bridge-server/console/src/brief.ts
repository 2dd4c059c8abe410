/** What an agent must see first, sorted out of whatever JSON the assistant has stored. */
export interface Brief {
  verification: { verdict: Verdict; facts: Fact[] };
  /** Why, in a sentence, where the assistant wrote one. */
  summary: string | null;
  reason: Fact[];
  identifiers: Fact[];
  collected: Fact[];
}

/** `unknown` unless the context says it in so many words: a visitor taken for verified by mistake is worse than asking again. */
export type Verdict = "verified" | "not_verified" | "unknown";

export interface Fact {
  key: string;
  label: string;
  value: unknown;
}

/** Sorts by what keys are called, since their names are the site's own. Nothing is left out; what fits nowhere was collected. */
export function briefOf(data: Record<string, unknown>): Brief {
  const brief: Brief = { verification: { verdict: verdictOf(data), facts: [] }, summary: null, reason: [], identifiers: [], collected: [] };
  for (const [key, value] of Object.entries(data)) {
    if (brief.summary === null && typeof value === "string" && value && /summary/.test(snake(key))) brief.summary = value;
    else groupOf(key, brief).push({ key, label: labelOf(key), value });
  }
  return brief;
}

/** A machine's word as a person would write it. */
export function labelOf(key: string): string {
  const words = snake(key)
    .replaceAll(/[_\-.\s]+/g, " ")
    .trim();
  return words ? words[0]!.toUpperCase() + words.slice(1) : key;
}

const aboutVerification = /verif|identified|authenticat|(^|_)(auth|kyc)(_|$)/;
const aboutReason = /reason|summary|intent|(^|_)(topic|destination|handoff_to|routing)/;
const aboutIdentity =
  /(^|_)(id|ids|number|name|email|mail|phone|mobile|account|customer|user|member|order|policy|booking|ticket|case|ref|reference|postcode|zip|birth|dob)(_|$)/;
/** `order_status` tells about an order, it does not name one. */
const aboutSomethingElse = /_(item|items|status|state|amount|total|date|count|type|value|note|notes|at)$/;

function groupOf(key: string, brief: Brief): Fact[] {
  const name = snake(key);
  if (aboutVerification.test(name)) return brief.verification.facts;
  if (aboutReason.test(name)) return brief.reason;
  if (aboutIdentity.test(name) && !aboutSomethingElse.test(name)) return brief.identifiers;
  return brief.collected;
}

function verdictOf(data: Record<string, unknown>): Verdict {
  const relevant = Object.entries(data).filter(([key]) => aboutVerification.test(snake(key)));
  const claims = new Set(relevant.flatMap(([key, value]) => claimsIn(snake(key), value)));
  if (claims.has(false)) return "not_verified";
  return claims.has(true) ? "verified" : "unknown";
}

const yes = new Set(["true", "yes", "verified", "passed", "success", "successful", "identified", "authenticated"]);
const no = new Set(["false", "no", "failed", "failure", "rejected", "unverified", "not_verified", "not verified", "unauthenticated"]);

/** What a key claims about verification, if it claims anything. `verification_failed: true` is a no. */
function claimsIn(key: string, value: unknown): boolean[] {
  if (Array.isArray(value)) return []; // a list of methods or attempts, perhaps; it claims nothing in so many words
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([inner, nested]) => claimsIn(snake(inner), nested));
  }
  if (/method|attempt|level|type|(^|_)(at|by|time|date)$|reason|required|needed|possible/.test(key)) return [];
  const word = String(value).trim().toLowerCase();
  const claim = yes.has(word) ? true : no.has(word) ? false : null;
  if (claim === null) return [];
  if (/fail|error|missing|pending|expired|(^|_)(un|not|no|non)(_|verif|auth|identif)/.test(key)) return claim ? [false] : [];
  return [claim];
}

function snake(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
