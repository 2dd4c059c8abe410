import type { Announced } from "./facts.ts";
import type { NoteBody } from "./records.ts";

/** Everything that other systems can be told of by themselves. */
export const announcementTypes = [
  "conversation.started",
  "conversation.ended",
  "conversation.erased",
  "handoff.initiated",
  "handoff.context_incomplete",
  "handoff.missed",
  "handoff.queued",
  "handoff.completed",
  "handoff.failed",
  "handoff.retried",
  "handoff.fell_back",
  "handoff.transferred",
  "handoff.ended",
  "handoff.abandoned",
  "outcome.reported",
  "alert.fired",
  "alert.over",
] as const satisfies Announced["type"][];

/** What others are told of what was noted: no words and no context, which they ask for when they need them. */
export function announcementsOf(notes: NoteBody[]): Announced[] {
  return notes.map(announcementOf).filter((one) => one !== null);
}

function announcementOf(note: NoteBody): Announced | null {
  switch (note.type) {
    case "conversation_began":
      return { type: "conversation.started", handoff: null, cause: null };
    case "conversation_ended":
      return { type: "conversation.ended", handoff: null, cause: note.by };
    case "erased":
      return { type: "conversation.erased", handoff: null, cause: note.by };
    case "handoff_initiated":
      return { type: "handoff.initiated", handoff: note.handoff, cause: note.reason };
    case "context":
      return note.lacks ? { type: "handoff.context_incomplete", handoff: note.handoff, cause: note.lacks.join(", ") } : null;
    case "try_failed":
      return { type: "handoff.retried", handoff: note.handoff, cause: note.cause };
    case "queued":
      return { type: "handoff.queued", handoff: note.handoff, cause: null };
    case "handoff_completed":
      return { type: "handoff.completed", handoff: note.handoff, cause: null };
    case "agent_changed": // whoever goes is not news until somebody else has come
      return note.agent && { type: "handoff.transferred", handoff: note.handoff, cause: null };
    case "handoff_failed":
      return { type: "handoff.failed", handoff: note.handoff, cause: note.cause };
    case "fell_back":
      return { type: "handoff.fell_back", handoff: note.handoff, cause: note.to.join(", ") };
    case "handoff_ended":
      return { type: note.wasLive ? "handoff.ended" : "handoff.abandoned", handoff: note.handoff, cause: note.by };
    case "outcome_reported":
      return { type: "outcome.reported", handoff: note.handoff, cause: note.resolution };
    default:
      return null;
  }
}
