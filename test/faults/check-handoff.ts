import {
  beforeLastHandoff,
  bodies,
  differing,
  entriesOf,
  firstSeen,
  isAnswer,
  phaseAt,
  repeated,
  said,
  type Check,
} from "./check-reading.ts";
import { eventsOf, type History } from "./history.ts";

/** Within this much of its beginning, a handoff has come to something (I-10). */
const TERMINAL_WITHIN_MS = 30_000;

/** The barrier, one destination, and nothing that falls between two listeners. */
export const handoffChecks: Record<string, Check> = {
  "I-8 once a handoff is begun the assistant is not asked, until something brings it back": (history) => {
    const all = entriesOf(history);
    const wrong: string[] = [];
    let seen = 0;
    for (const event of history) {
      if (event.who === "reader" && event.did === "read") seen = Math.max(seen, event.entries.at(-1)?.seq ?? 0);
      if (event.who !== "assistant" || event.did !== "heard" || phaseAt(all, seen) === "automated") continue;
      const returns = all.some(({ seq, body }) => seq > seen && body.type === "phase_changed" && body.phase === "automated");
      if (!returns) wrong.push(`the assistant heard "${event.text}"`);
    }
    return wrong;
  },

  "I-8 once a handoff is begun the assistant says nothing, until something brings it back": (history) =>
    said(history, "assistant").flatMap(({ seq }) =>
      phaseAt(entriesOf(history), seq) === "automated" ? [] : [`entry ${seq} is the assistant's, after the handoff`],
    ),

  "I-9 a handoff has one chat on the desk at most, and one that came to a person has one": (history) => {
    const taken = eventsOf(history, "desk", "took");
    const twice = repeated(taken.map(({ handoff }) => handoff)).map((handoff) => `several chats for ${handoff}`);
    const isLive = bodies(history).some((body) => body.type === "phase_changed" && body.phase === "live");
    return isLive && taken.length === 0 ? [...twice, "somebody speaks in no chat"] : twice;
  },

  "I-10 every handoff reaches a person or its end, in time": (history) => {
    const entries = entriesOf(history);
    return entries.flatMap(({ seq, body }) => {
      if (body.type !== "phase_changed" || body.phase !== "handoff_initiated") return [];
      const outcome = entries.find(
        (entry) => entry.seq > seq && entry.body.type === "phase_changed" && ["live", "failed", "ended"].includes(entry.body.phase),
      );
      const tookMs = outcome ? firstSeen(history, outcome.seq) - firstSeen(history, seq) : Infinity;
      return tookMs <= TERMINAL_WITHIN_MS ? [] : [`the handoff at ${seq} came to nothing in ${tookMs.toFixed(0)} ms`];
    });
  },

  "I-10 a handoff that failed leads on: to another, to the assistant, or to an end": (history) => {
    const last = bodies(history).findLast((body) => body.type === "phase_changed");
    return last?.type === "phase_changed" && last.phase === "ended" ? [] : ["the conversation has no end"];
  },

  "I-11 the last desk has every line once, in the transcript or after it, in order, or the visitor was told that it has not": (history) => {
    const last = eventsOf(history, "desk", "took").at(-1);
    if (!last) return [];
    const undelivered = new Set(marks(history).flatMap(([id, state]) => (state === "undelivered" ? [id] : [])));
    const onDesk = [
      ...last.transcript,
      ...eventsOf(history, "desk", "heard").flatMap(({ chat, line }) => (chat === last.chat ? [line] : [])),
    ].flatMap(({ by, id }) => (by === "visitor" ? [id] : []));
    const lines = said(history, "visitor").map(({ body }) => body.id);
    return differing(
      lines.filter((id) => onDesk.includes(id) || !undelivered.has(id)),
      onDesk,
    );
  },

  "I-11 the last desk's transcript is what the visitor saw before the handoff": (history) => {
    const last = eventsOf(history, "desk", "took").at(-1);
    if (!last) return [];
    return differing(
      beforeLastHandoff(history).flatMap(({ body }) => (body.type === "said" ? [`${body.by} ${body.text}`] : [])),
      last.transcript.map(({ by, text }) => `${by} ${text}`),
    );
  },

  "I-11 F14 a line that was late is marked as delivered or undelivered in the end": (history) =>
    marks(history).flatMap(([id, state]) => (state === "delayed" ? [`line ${id} stays delayed`] : [])),

  "I-12 everything an agent said in the last chat is there once, in order, and nothing else": (history) =>
    differing(
      inLastChat(history).flatMap((event) => (event.did === "said" ? [event.text] : [])),
      said(history, "agent").map(({ body }) => body.text),
    ),

  "I-12 agents come and pass on as they did": (history) =>
    differing(
      inLastChat(history).flatMap((event) => (event.did === "joined" ? [event.name] : event.did === "passed on" ? [event.to] : [])),
      bodies(history).flatMap((body) =>
        body.type === "agent_joined" ? [body.name] : body.type === "transferred" ? [body.to ?? "somebody"] : [],
      ),
    ),

  "U20 the assistant's own chat is closed when a person has it": (history) => {
    const closed = new Set(eventsOf(history, "assistant", "closed").map(({ chat }) => chat));
    return eventsOf(history, "desk", "took").flatMap(({ assistantChat }) =>
      assistantChat === null || closed.has(assistantChat) ? [] : [`the assistant's chat ${assistantChat} is open`],
    );
  },
};

/** What holds besides when nobody but the bridge ever goes away. */
export const steadyChecks: Record<string, Check> = {
  "I-10 the story goes its way, step by step, to its end": (history) => {
    const phases = bodies(history).flatMap((body) => (body.type === "phase_changed" ? [`${body.phase} ${body.by ?? ""}`.trim()] : []));
    return phases.join(", ") === "handoff_initiated, queued, live, ended agent" ? [] : [`it went ${phases.join(", ")}`];
  },

  "I-6 the assistant greets": (history) => {
    const lines = eventsOf(history, "visitor", "said");
    const greets = said(history, "assistant").some(({ body }) => !lines.some(({ id }) => isAnswer(body, id)));
    return greets ? [] : ["nobody was greeted"];
  },

  "I-11 F14 no line is undelivered": (history) =>
    marks(history).flatMap(([id, state]) => (state === "undelivered" ? [`line ${id} is undelivered`] : [])),
};

/** What the visitor was told last of each line that was late. */
function marks(history: History): [line: string, state: string][] {
  return [
    ...new Map(bodies(history).flatMap((body) => (body.type === "delivery" ? body.lines.map((id) => [id, body.state] as const) : []))),
  ];
}

function inLastChat(history: History) {
  const last = eventsOf(history, "desk", "took").at(-1)?.chat;
  return history.flatMap((event) => (event.who === "agent" && event.chat === last ? [event] : []));
}
