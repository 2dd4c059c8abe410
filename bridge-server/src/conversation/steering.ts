import type { Fact, HandoffAsked } from "./facts.ts";
import type { HandoffId, Lifecycle } from "./lifecycle.ts";
import { move, nothing, type Decision, type Policy } from "./move.ts";
import type { EntryBody, NoteBody } from "./records.ts";
import { request } from "./request.ts";

/** What an operator does about a handoff by hand: asks again, asks elsewhere, or ends it with a last word to the visitor. */
export type Steering =
  | { did: "retried" | "rerouted"; next: HandoffAsked; utterance: string | null }
  | { did: "closed"; message: string | null };

/** What follows from it. What cannot be done as things stand changes nothing. */
export function steer(lifecycle: Lifecycle, fact: Extract<Fact, { type: "steered" }>, policy: Policy): Decision {
  const { id, handoff, operator, how } = fact;
  if (whyNot(lifecycle, handoff, how.did) !== null) return nothing(lifecycle);
  const note = { type: "steered" as const, handoff, id, operator, did: how.did };
  if (how.did === "closed") {
    const after = move(lifecycle, { type: "conversation_ended", by: "operator" }, policy);
    const last: EntryBody[] =
      how.message === null ? [] : [{ type: "said", id: `by-hand:${id}`, by: "agent", text: how.message, format: "plain" }];
    const notes = after.notes.filter(({ type }) => type !== "fell_back"); // the operator took its place
    return { ...after, entries: [...last, ...after.entries], notes: [{ ...note, destination: null, next: null }, ...notes] };
  }
  const { next, utterance } = how;
  const after = request(lifecycle, next, policy, { utterance, operator });
  const steered: NoteBody = { ...note, destination: next.destination, next: next.handoff };
  return { ...after, notes: [steered, ...after.notes] };
}

/** Why this cannot be done about this handoff now, in a sentence; `null` if it can. */
export function whyNot(lifecycle: Lifecycle, handoff: HandoffId, did: Steering["did"]): string | null {
  switch (lifecycle.phase) {
    case "ended":
      return "the conversation is over";
    case "automated":
      return did === "closed" ? "the handoff is over: the assistant has the conversation again" : null;
    case "live":
      if (lifecycle.handoff !== handoff) return ANOTHER;
      return did === "closed" ? null : "a person is there already";
    case "handoff_initiated":
    case "queued":
      if (lifecycle.handoff !== handoff) return ANOTHER;
      return did === "retried" ? "a person is being asked for already: reroute it, or wait" : null;
    case "failed":
      return did === "closed" && lifecycle.handoff !== handoff ? ANOTHER : null;
  }
}

const ANOTHER = "a later handoff of this conversation is under way: steer that one";
