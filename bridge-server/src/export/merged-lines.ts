import type { EndedBy, FailureReason } from "../conversation/lifecycle.ts";
import type { EntryBody } from "../conversation/records.ts";
import type { Offer, Rich, SaidFile, TextFormat } from "../conversation/facts.ts";
import { saidWords } from "../conversation/file-words.ts";
import type { Entry } from "../store/store.ts";

/** One line of what happened in a conversation, the assistant's part and the person's alike (E6, L3). */
export interface MergedLine {
  seq: number;
  /** ISO 8601, the bridge's clock. */
  at: string;
  by: { kind: "visitor" | "assistant" | "agent" | "system"; name: string | null };
  kind: EntryBody["type"];
  /** As it was said, with its file in words; of anything else a sentence in English. */
  text: string;
  /** Of what was said. */
  format?: TextFormat;
  rich?: Rich;
  file?: SaidFile;
  /** BCP 47: in which the assistant and the visitor were talking then, as far as anybody has said. */
  language?: string;
}

/** Everything that is in a conversation, in order. `language` is the one that the visitor came with. */
export function mergedLines(entries: Entry<EntryBody>[], visitor: { name: string | null; language: string | null }): MergedLine[] {
  let { language } = visitor;
  return entries.map(({ seq, at, body }): MergedLine => {
    if (body.type === "language_changed") language = body.language;
    const { type: kind } = body;
    if (body.type !== "said") return { seq, at, by: { kind: "system", name: null }, kind, text: sentenceOf(body) };
    const { by, format, rich, file } = body;
    const name = by === "visitor" ? visitor.name : (body.name ?? null);
    const inLanguage = language !== null && by !== "agent" && { language };
    return {
      seq,
      at,
      by: { kind: by, name },
      kind,
      text: saidWords(body),
      format,
      ...(rich && { rich }),
      ...(file && { file }),
      ...inLanguage,
    };
  });
}

function sentenceOf(body: Exclude<EntryBody, { type: "said" }>): string {
  switch (body.type) {
    case "phase_changed":
      return phaseSentence(body);
    case "queue_moved": {
      const place = body.position === null ? "The place in the queue is not known" : `Number ${body.position} in the queue`;
      return body.waitSeconds === null ? `${place}.` : `${place}, about ${body.waitSeconds} s.`;
    }
    case "agent_joined":
      return `${body.name || "A person"} joined.`;
    case "agent_left":
      return `${body.name || "The person"} left.`;
    case "transferred":
      return body.to === null ? "The visitor was passed on." : `The visitor was passed on to ${body.to}.`;
    case "answer_lost":
      return `The assistant did not answer (${body.why}).`;
    case "delivery":
      return `${body.lines.length === 1 ? "One line" : `${body.lines.length} lines`}: ${body.state}.`;
    case "assistant_restarted":
      return "The assistant's chat had run out; it began anew.";
    case "language_changed":
      return `The assistant went on in ${body.language}.`;
    case "silence_warning":
      return `The visitor was told that the conversation ends in ${body.endsInSeconds} s.`;
    case "offers":
      return `The visitor was offered: ${body.offers.map(offered).join(", ")}.`;
    case "message_left":
      return body.wants === "callback" ? "The visitor asked to be called back." : "The visitor left a message.";
    case "rated":
      return body.score === null ? "The visitor did not rate it." : `The visitor gave ${body.score} of 5.`;
  }
}

function offered(offer: Offer): string {
  if (offer.type === "phone") return `to call ${offer.label} with the reference ${offer.reference}`;
  return offer.type === "callback" ? "to be called back" : "to leave a message";
}

function phaseSentence({ phase, by, reason }: Extract<EntryBody, { type: "phase_changed" }>): string {
  switch (phase) {
    case "automated":
      return "The assistant took over.";
    case "handoff_initiated":
      return "A person was asked for.";
    case "queued":
      return "The desk put the visitor into a queue.";
    case "live":
      return "A person took over.";
    case "failed":
      return reason === "by_phone"
        ? "The visitor was asked to go on by phone."
        : `No person came: ${reason ? reasons[reason] : "the cause is not known"}.`;
    case "ended":
      return `The conversation ended: ${by ? ends[by] : "nobody knows why"}.`;
  }
}

const reasons: Record<Exclude<FailureReason, "by_phone">, string> = {
  nobody_available: "nobody was available",
  out_of_hours: "it was outside business hours",
  waited_too_long: "nobody accepted in time",
  agent_gone: "the agent left, and no colleague came",
  vendor_refused: "the desk refused",
  vendor_unreachable: "the desk could not be reached",
  no_route: "no route was left to try",
  failure_state: "the assistant's topic says that the transfer failed",
};

const ends: Record<EndedBy, string> = {
  visitor: "the visitor ended it",
  visitor_gone: "the visitor did not come back",
  agent: "the person ended it",
  assistant: "the assistant ended it",
  silence: "nothing was said for too long",
  fallback: "there was nobody left to ask",
  operator: "an operator ended it",
  erasure: "it was erased",
  passed_on: "it was passed on",
};
