import type { Entry, EntryBody } from "@baton/bridge-server/protocol";
import { eventsOf, type History } from "./history.ts";

/**
 * What must be true of every history of the story, however often the bridge was killed. Entries are numbered by the bridge without
 * gaps, so each check is one walk. Each answers with what is wrong, in words.
 */
export const checks: Record<string, (history: History) => string[]> = {
  "I-1 an acknowledged line is there once, under its number and in its words": (history) =>
    eventsOf(history, "visitor", "acknowledged").flatMap(({ id, seq }) => {
      const text = eventsOf(history, "visitor", "said").find((said) => said.id === id)?.text;
      const found = said(history, "visitor").filter(({ body }) => body.id === id);
      const [entry] = found;
      return found.length === 1 && entry?.seq === seq && entry.body.text === text ? [] : [`line ${id} was acknowledged as ${seq}`];
    }),

  "I-2 no two things that were said share an id": (history) =>
    repeated(said(history).map(({ body }) => body.id)).map((id) => `the id ${id} is there twice`),

  "I-2 what the visitor never said is not there": (history) => {
    const known = new Set(eventsOf(history, "visitor", "said").map(({ id }) => id));
    return said(history, "visitor").flatMap(({ body, seq }) => (known.has(body.id) ? [] : [`nobody said entry ${seq}`]));
  },

  "I-3 I-16 every reader gets the same entries, one after another, from where it was": (history) => {
    const all = entriesOf(history);
    return eventsOf(history, "reader", "read").flatMap(({ reader, after, entries }) =>
      entries.flatMap((entry, index) => {
        if (entry.seq !== after + index + 1) return [`${reader} got ${entry.seq} where ${after + index + 1} was due`];
        return JSON.stringify(all[entry.seq - 1]) === JSON.stringify(entry) ? [] : [`${reader} got another entry ${entry.seq}`];
      }),
    );
  },

  "I-4 what was acknowledged before something was said comes before it": (history) => {
    const seqs = new Map(said(history, "visitor").map(({ body, seq }) => [body.id, seq]));
    const wrong: string[] = [];
    let last = 0;
    for (const event of history) {
      if (event.who !== "visitor" || event.did === "rated") continue;
      const seq = seqs.get(event.id) ?? Infinity;
      if (event.did === "acknowledged") last = Math.max(last, seq);
      else if (seq < last) wrong.push(`line ${event.id} comes before one that was acknowledged earlier`);
    }
    return wrong;
  },

  "I-6 the assistant hears a line once at most, unless it said that it did nothing with it": (history) => {
    const refused = eventsOf(history, "assistant", "refused");
    const heard = eventsOf(history, "assistant", "heard").filter(
      ({ chat, text }) => !refused.some((one) => one.chat === chat && one.text === text),
    );
    return repeated(heard.map(({ text }) => text)).map((text) => `the assistant heard "${text}" twice`);
  },

  "I-6 every line to the assistant is answered once or marked as lost; only those on their way to a person may be left": (history) => {
    const before = beforeHandoff(history);
    const outcomes = (id: string) => before.filter(({ body }) => isAnswer(body, id) || (body.type === "answer_lost" && body.to === id));
    const lines = said(history, "visitor").filter(({ seq }) => before.some((entry) => entry.seq === seq));
    const lastWithOutcome = lines.findLastIndex(({ body }) => outcomes(body.id).length > 0);
    return lines.flatMap(({ body: { id } }, index) => {
      const count = outcomes(id).length;
      return count === 1 || (count === 0 && index > lastWithOutcome) ? [] : [`line ${id} has ${count} outcomes`];
    });
  },

  "I-6 the assistant greets once": (history) => {
    const lines = eventsOf(history, "visitor", "said");
    const greetings = said(history, "assistant").filter(({ body }) => !lines.some(({ id }) => isAnswer(body, id)));
    return greetings.length === 1 ? [] : [`${greetings.length} greetings`];
  },

  "I-8 once a handoff is begun the assistant is not asked": (history) => {
    const start = history.findIndex(
      (event) => event.who === "reader" && event.entries.some(({ body }) => body.type === "phase_changed" && body.phase !== "automated"),
    );
    return start === -1 ? [] : eventsOf(history.slice(start), "assistant", "heard").map(({ text }) => `the assistant heard "${text}"`);
  },

  "I-8 once a handoff is begun the assistant says nothing": (history) =>
    said(history, "assistant").flatMap(({ seq }) =>
      seq <= beforeHandoff(history).length ? [] : [`entry ${seq} is the assistant's, after the handoff`],
    ),

  "I-9 there is one handoff and one chat on the desk": (history) => {
    const taken = eventsOf(history, "desk", "took");
    return taken.length === 1 ? [] : [`${taken.length} chats: ${taken.map(({ handoff, chat }) => `${chat} for ${handoff}`).join(", ")}`];
  },

  "I-10 the story goes its way, step by step, to its end": (history) => {
    const phases = bodies(history).flatMap((body) => (body.type === "phase_changed" ? [`${body.phase} ${body.by ?? ""}`.trim()] : []));
    return phases.join(", ") === "handoff_initiated, queued, live, ended agent" ? [] : [`it went ${phases.join(", ")}`];
  },

  "I-11 the desk has every line once, in the transcript or after it, in order": (history) => {
    const lines = said(history, "visitor").map(({ body }) => body.id);
    const onDesk = [
      ...eventsOf(history, "desk", "took").flatMap(({ transcript }) => transcript),
      ...eventsOf(history, "desk", "heard").map(({ line }) => line),
    ].filter(({ by }) => by === "visitor");
    return onDesk.map(({ id }) => id).join() === lines.join() ? [] : [`on the desk: ${onDesk.map(({ text }) => text).join(", ")}`];
  },

  "I-11 the desk's transcript is what the visitor saw before the handoff": (history) => {
    const seen = beforeHandoff(history).flatMap(({ body }) => (body.type === "said" ? [`${body.by} ${body.text}`] : []));
    const first = eventsOf(history, "desk", "took").slice(0, 1); // that there is no second is I-9's
    return first.flatMap(({ transcript }) =>
      transcript.map(({ by, text }) => `${by} ${text}`).join("\n") === seen.join("\n") ? [] : ["the transcript differs"],
    );
  },

  "I-11 F14 a line that was late is marked as delivered in the end, and none as undelivered": (history) => {
    const marks = new Map(bodies(history).flatMap((body) => (body.type === "delivery" ? body.lines.map((id) => [id, body.state]) : [])));
    return [...marks].flatMap(([id, state]) => (state === "delivered" ? [] : [`line ${id} stays ${state}`]));
  },

  "I-12 everything an agent said is there once, in order": (history) =>
    differing(
      eventsOf(history, "agent", "said").map(({ text }) => text),
      said(history, "agent").map(({ body }) => body.text),
    ),

  "I-12 agents come and pass on as they did": (history) =>
    differing(
      history.flatMap((event) => (event.who === "agent" && event.did !== "said" ? [event.did === "joined" ? event.name : event.to] : [])),
      bodies(history).flatMap((body) =>
        body.type === "agent_joined" ? [body.name] : body.type === "transferred" ? [body.to ?? "somebody"] : [],
      ),
    ),

  "I-2 a rating is there once": (history) =>
    differing(
      eventsOf(history, "visitor", "rated").map(({ score }) => String(score)),
      bodies(history).flatMap((body) => (body.type === "rated" ? [String(body.score)] : [])),
    ),

  "U20 the assistant's own chat is closed when a person has it": (history) => {
    const closed = new Set(eventsOf(history, "assistant", "closed").map(({ chat }) => chat));
    return eventsOf(history, "desk", "took").flatMap(({ assistantChat }) =>
      assistantChat !== null && closed.has(assistantChat) ? [] : [`the assistant's chat ${assistantChat} is open`],
    );
  },
};

/** Everything that is wrong with a history, each with the promise it breaks. */
export function whatIsWrong(history: History): string[] {
  return Object.entries(checks).flatMap(([promise, check]) => check(history).map((wrong) => `${promise}: ${wrong}`));
}

type Said = Entry & { body: Extract<EntryBody, { type: "said" }> };

/** The list as a reader got it who came when everything was over. */
function entriesOf(history: History): Entry[] {
  return eventsOf(history, "reader", "read").findLast(({ reader }) => reader === "at the end")?.entries ?? [];
}

const bodies = (history: History): EntryBody[] => entriesOf(history).map(({ body }) => body);

function said(history: History, by?: Said["body"]["by"]): Said[] {
  return entriesOf(history).filter((entry): entry is Said => entry.body.type === "said" && (by === undefined || entry.body.by === by));
}

function beforeHandoff(history: History): Entry[] {
  const entries = entriesOf(history);
  const end = entries.findIndex(({ body }) => body.type === "phase_changed");
  return end === -1 ? entries : entries.slice(0, end);
}

/** The assistant's answers carry the id of the line they answer. */
function isAnswer(body: EntryBody, line: string): boolean {
  return body.type === "said" && body.by === "assistant" && body.id.startsWith(`re:${line}:`);
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function differing(done: string[], seen: string[]): string[] {
  return done.join("\n") === seen.join("\n") ? [] : [`done: ${done.join(", ")}; seen: ${seen.join(", ")}`];
}
