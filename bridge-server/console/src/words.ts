import type { DryRunAnswer, ListedHandoff, Phase, Stage } from "./api/answers.ts";
import { labelOf } from "./brief.ts";

export const stageNames: Record<Stage, string> = {
  initiated: "Being placed",
  queued: "Waiting",
  live: "Live",
  ended: "Ended",
  abandoned: "Abandoned",
  failed: "Failed",
  erased: "Erased",
};

export const phaseNames: Record<Phase, string> = {
  automated: "With the assistant",
  handoff_initiated: "Being placed",
  queued: "Waiting",
  live: "With a person",
  failed: "Nobody came",
  ended: "Ended",
};

/** PolyAI's own words for how it came out. */
export const stateNames: Record<string, string> = {
  handoff_initiated: "Nobody has accepted yet",
  handoff_completed: "A person accepted",
  handoff_failed: "The transfer failed",
};

const causes: Record<string, string> = {
  nobody_available: "Nobody was available.",
  out_of_hours: "It was outside business hours.",
  waited_too_long: "Nobody accepted in time.",
  agent_gone: "The agent left, and no colleague came.",
  vendor_refused: "The desk refused it.",
  vendor_unreachable: "The desk could not be reached.",
  no_route: "No route was left to try.",
  by_phone: "Its route is a phone number.",
  failure_state: "The assistant's topic says that the transfer failed.",
};

const enders: Record<string, string> = {
  visitor: "the visitor",
  visitor_gone: "the visitor, who did not come back",
  agent: "the agent",
  assistant: "the assistant",
  silence: "silence: the visitor said nothing for too long",
  fallback: "a fallback",
  erasure: "an erasure",
  operator: "an operator",
  passed_on: "being passed on",
};

const offers: Record<string, string> = {
  leave_message: "asked for a message",
  callback: "offered a call back",
  phone: "showed a phone number",
  assistant: "went back to the assistant",
  goodbye: "said goodbye",
};

const askers: Record<string, string> = {
  assistant: "the assistant",
  visitor: "the visitor",
  fallback: "Baton, because another desk could not",
  operator: "an operator",
};

/** Why nobody came, as a sentence. A cause that is new to this page is shown as it is. */
export const causeOf = (cause: string | null): string =>
  cause === null ? "The cause is not known." : (causes[cause] ?? `${labelOf(cause)}.`);

export const enderOf = (by: string | null): string => (by === null ? "nobody knows whom" : (enders[by] ?? by));

export const askerOf = (by: string | null): string => (by === null ? "nobody knows whom" : (askers[by] ?? by));

const tries: Record<string, string> = {
  too_fast: "the desk asked to wait",
  unreachable: "the desk did not answer",
  unclear: "the desk's answer was lost, so it may have heard",
  refused: "the desk refused it",
};

/** How a try went that came to nothing. */
export const tryOf = (cause: string | null): string => `A try failed: ${(cause && tries[cause]) ?? "the desk could not take it"}.`;

export const triesOf = (count: number): string => (count === 1 ? "1 try failed" : `${count} tries failed`);

/** What the visitor got instead of a person, as the rest of a sentence that begins with Baton; `null`: nothing yet. */
export function fallbackOf(to: string[]): string | null {
  if (to.length === 0) return null;
  return listOf(to.map((one) => offers[one] ?? labelOf(one).toLowerCase()));
}

export const NOTHING_YET = "Nothing has been offered to the visitor yet.";

/** Where a handoff was to go: the destination that the assistant named. */
export const destinationOf = ({ destination }: Pick<ListedHandoff, "destination">): string => destination ?? "No destination";

/** Where it leads: a desk and its queue, or a number to call. */
export const placeOf = ({ connector, queue, phone }: Pick<DryRunAnswer, "connector" | "queue" | "phone">): string =>
  (phone ? [phone.label, phone.number] : [connector, queue]).filter(Boolean).join(" · ");

/** The reason, unless it only repeats the destination, which PolyAI fills in by itself (E5). */
export function reasonOf({ reason, destination }: Pick<ListedHandoff, "reason" | "destination">): string | null {
  return reason === null || reason === destination ? null : labelOf(reason);
}

/** `a`, `a and b`, `a, b and c`. */
function listOf(parts: string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
