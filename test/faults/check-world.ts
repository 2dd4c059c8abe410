import type { Phase } from "@baton/bridge-server/protocol";
import { entriesOf, firstSeen, type Check } from "./check-reading.ts";
import { eventsOf } from "./history.ts";
import { isLinearizable, type Operation } from "./linearizable.ts";

/** Readers of one conversation, however they are connected, differ for no longer (I-17; I-18 for a bus that is down). */
const EQUAL_WITHIN_MS = 5_000;

/** Who may read what, what leaks nowhere, and what the conversation itself was seen to be. */
export const worldChecks: Record<string, Check> = {
  "I-13 I-14 I-15 words that are for some are seen by no others": (history) => {
    const overheard = eventsOf(history, "canary", "overheard");
    return eventsOf(history, "canary", "hid").flatMap(({ name, words, allowed }) =>
      overheard.flatMap(({ place, text }) => (!allowed.includes(place) && text.includes(words) ? [`${name} was seen in ${place}`] : [])),
    );
  },

  "I-15 nobody reads what is another's": (history) =>
    eventsOf(history, "stranger", "asked").flatMap(({ status }) =>
      status >= 400 && status < 500 ? [] : [`a stranger was answered ${status}`],
    ),

  "I-17 I-18 readers are equal soon": (history) => {
    const readers = new Set(eventsOf(history, "reader", "read").map(({ reader }) => reader));
    const streams = [...readers].filter((reader) => reader.startsWith("stream"));
    return entriesOf(history).flatMap(({ seq }) => {
      const seen = streams.map((reader) => firstSeen(history, seq, reader)).filter(Number.isFinite);
      const late = Math.max(...seen) - Math.min(...seen);
      return seen.length > 1 && late > EQUAL_WITHIN_MS ? [`entry ${seq} came ${late.toFixed(0)} ms later to one than to another`] : [];
    });
  },

  "I-3 the phase goes its way once, as everybody is told it": (history) => {
    const entries = entriesOf(history);
    const told = eventsOf(history, "reader", "was told the phase");
    const changes = entries.flatMap(({ seq, body }): Operation<Phase>[] =>
      body.type === "phase_changed" ? [{ type: "write", value: body.phase, from: -Infinity, to: firstSeen(history, seq) }] : [],
    );
    const reads = told.map(({ phase, since, at }): Operation<Phase> => ({ type: "read", value: phase, from: since, to: at }));
    return isLinearizable("automated", changes, reads) ? [] : [`readers were told ${told.map(({ phase }) => phase).join(", ")}`];
  },
};
