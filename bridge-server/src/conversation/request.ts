import type { HandoffAsked } from "./facts.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { move, type Decision, type Policy } from "./move.ts";

/** What is known of a wish beside the wish itself. */
interface Circumstances {
  fallbacksUsed?: number;
  /** What the assistant said last before it. */
  utterance?: string | null;
  /** By name: whoever orders it may have those asked again who could not help. */
  operator?: string;
}

/** What follows from a wish for a person. Where none can be asked for, nothing. */
export function request(
  from: Lifecycle,
  { handoff, by, destination, reason }: HandoffAsked,
  policy: Policy,
  { fallbacksUsed = 0, utterance = null, operator }: Circumstances = {},
): Decision {
  const event =
    operator === undefined ? { type: "handoff_requested" as const, handoff, fallbacksUsed } : { type: "handoff_ordered" as const, handoff };
  const decision = move(from, event, policy);
  if (decision.lifecycle.phase !== "handoff_initiated" || decision.lifecycle.handoff !== handoff) return decision;
  const { assistantChat, sharedId } = decision.lifecycle.story;
  const note = { type: "handoff_initiated" as const, handoff, by, destination, reason, utterance, assistantChat, sharedId };
  return {
    ...decision,
    notes: [{ ...note, ...(operator !== undefined && { operator }) }, ...decision.notes],
    names: [...decision.names, { kind: "handoff", value: handoff, handoff }],
  };
}
