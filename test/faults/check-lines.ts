import { automatedStretches, bodies, differing, entriesOf, isAnswer, repeated, said, type Check } from "./check-reading.ts";
import { eventsOf } from "./history.ts";

/** Nothing is lost, nothing is there twice, and the order is everybody's. */
export const lineChecks: Record<string, Check> = {
  "I-1 an acknowledged line is there once, under its number and in its words": (history) =>
    eventsOf(history, "visitor", "acknowledged").flatMap(({ id, seq }) => {
      const text = eventsOf(history, "visitor", "said").find((said) => said.id === id)?.text;
      const found = said(history, "visitor").filter(({ body }) => body.id === id);
      const [entry] = found;
      return found.length === 1 && entry?.seq === seq && entry.body.text === text ? [] : [`line ${id} was acknowledged as ${seq}`];
    }),

  "I-5 a line that was refused is not there, and one that was left unsure is there once at most": (history) => {
    const count = (id: string) => said(history, "visitor").filter(({ body }) => body.id === id).length;
    return [
      ...eventsOf(history, "visitor", "was refused").flatMap(({ id }) => (count(id) > 0 ? [`line ${id} was refused`] : [])),
      ...eventsOf(history, "visitor", "was left unsure").flatMap(({ id }) => (count(id) > 1 ? [`line ${id} is there twice`] : [])),
    ];
  },

  "I-2 no two things that were said share an id": (history) =>
    repeated(said(history).map(({ body }) => body.id)).map((id) => `the id ${id} is there twice`),

  "I-2 what the visitor never said is not there": (history) => {
    const known = new Set(eventsOf(history, "visitor", "said").map(({ id }) => id));
    return said(history, "visitor").flatMap(({ body, seq }) => (known.has(body.id) ? [] : [`nobody said entry ${seq}`]));
  },

  "I-2 a rating is there once": (history) =>
    differing(
      eventsOf(history, "visitor", "rated").map(({ score }) => String(score)),
      bodies(history).flatMap((body) => (body.type === "rated" ? [String(body.score)] : [])),
    ),

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
      if (event.did !== "said" && event.did !== "acknowledged") continue;
      if (event.who !== "visitor") continue;
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
    const all = bodies(history);
    const outcomes = (id: string) => all.filter((body) => isAnswer(body, id) || (body.type === "answer_lost" && body.to === id));
    return automatedStretches(history).flatMap((stretch) => {
      const lines = stretch.flatMap(({ body }) => (body.type === "said" && body.by === "visitor" ? [body.id] : []));
      const lastWithOutcome = lines.findLastIndex((id) => outcomes(id).length > 0);
      return lines.flatMap((id, index) => {
        const count = outcomes(id).length;
        return count === 1 || (count === 0 && index > lastWithOutcome) ? [] : [`line ${id} has ${count} outcomes`];
      });
    });
  },

  "I-6 the assistant greets once at most each time it has the conversation": (history) => {
    const lines = eventsOf(history, "visitor", "said");
    return automatedStretches(history).flatMap((stretch) => {
      const greetings = stretch.filter(
        ({ body }) => body.type === "said" && body.by === "assistant" && !lines.some(({ id }) => isAnswer(body, id)),
      );
      return greetings.length <= 1 ? [] : [`${greetings.length} greetings`];
    });
  },
};
