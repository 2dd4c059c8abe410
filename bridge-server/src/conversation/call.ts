import type { Fact } from "./facts.ts";
import type { EndedBy, Lifecycle } from "./lifecycle.ts";
import { nothing, type Decision } from "./move.ts";
import type { NoteBody } from "./records.ts";

/**
 * A phone call that was told where it goes on, or that it goes nowhere. It came and went in one moment: nobody is asked for it and nothing
 * is owed. Where it belongs to a chat, that goes on as it was.
 */
export function callCame(lifecycle: Lifecycle, fact: Extract<Fact, { type: "call_came" }>): Decision {
  const { handoff, sharedId, visitor, destination, reason, context, led } = fact;
  const asked = { type: "handoff_initiated" as const, handoff, by: "assistant" as const, destination, reason, sharedId };
  const isFirst = visitor !== null && lifecycle.phase === "automated" && lifecycle.sharedId === ""; // nothing has happened here before
  const by: EndedBy = led.to === "nowhere" ? "fallback" : "passed_on";
  const began: NoteBody[] = visitor && isFirst ? [{ type: "conversation_began", sharedId, visitor }] : [];
  const went: NoteBody[] =
    led.to === "nowhere"
      ? [
          { type: "handoff_failed", handoff, cause: led.cause },
          { type: "fell_back", handoff, to: ["goodbye"] },
        ]
      : [
          {
            type: "routed",
            handoff,
            connector: led.target.connector,
            queue: led.target.queue,
            urgent: led.target.urgent,
            because: led.because,
          },
          { type: "handoff_ended", handoff, by, wasLive: true },
        ];
  return {
    ...nothing(isFirst ? { phase: "ended", by } : lifecycle),
    notes: [
      ...began,
      { ...asked, utterance: null, assistantChat: null },
      { type: "context", handoff, look: context },
      ...went,
      ...(isFirst ? [{ type: "conversation_ended" as const, by }] : []),
    ],
    names: [
      { kind: "handoff", value: handoff, handoff },
      { kind: "shared_id", value: sharedId },
    ],
  };
}
