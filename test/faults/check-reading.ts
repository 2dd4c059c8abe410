import type { Entry, EntryBody, Phase } from "@baton/bridge-server/protocol";
import { eventsOf, type History } from "./history.ts";

// What the checks read out of a history.

/** Answers with what is wrong with a history, in words. */
export type Check = (history: History) => string[];

export type Said = Entry & { body: Extract<EntryBody, { type: "said" }> };

/** The list as a reader got it who came when everything was over, with what any reader was shown even later. */
export function entriesOf(history: History): Entry[] {
  const reads = eventsOf(history, "reader", "read");
  const all = [...(reads.findLast(({ reader }) => reader === "at the end")?.entries ?? [])];
  for (const { entries } of reads) for (const entry of entries) if (entry.seq === all.length + 1) all.push(entry);
  return all;
}

export const bodies = (history: History): EntryBody[] => entriesOf(history).map(({ body }) => body);

export function said(history: History, by?: Said["body"]["by"]): Said[] {
  return entriesOf(history).filter((entry): entry is Said => entry.body.type === "said" && (by === undefined || entry.body.by === by));
}

/** The phase in which the entry with this number was added, a change of phase being in the one that it begins. */
export function phaseAt(entries: Entry[], seq: number): Phase {
  const body = entries.findLast((entry) => entry.seq <= seq && entry.body.type === "phase_changed")?.body;
  return body?.type === "phase_changed" ? body.phase : "automated";
}

/** The stretches in which the assistant has the conversation. With the second, something has brought it back. */
export function automatedStretches(history: History): Entry[][] {
  const stretches: Entry[][] = [[]];
  for (const entry of entriesOf(history)) {
    if (entry.body.type === "phase_changed") stretches.push([]);
    stretches.at(-1)?.push(entry);
  }
  return stretches.filter(([first], index) => index === 0 || (first?.body.type === "phase_changed" && first.body.phase === "automated"));
}

/** What stands before the handoff that was begun last. */
export function beforeLastHandoff(history: History): Entry[] {
  const entries = entriesOf(history);
  const end = entries.findLastIndex(({ body }) => body.type === "phase_changed" && body.phase === "handoff_initiated");
  return end === -1 ? entries : entries.slice(0, end);
}

/** When a reader was first shown the entry with this number, by any reader or by one. */
export function firstSeen(history: History, seq: number, by?: string): number {
  const reads = eventsOf(history, "reader", "read").filter(({ reader }) => by === undefined || reader === by);
  return reads.find(({ entries }) => entries.some((entry) => entry.seq === seq))?.at ?? Infinity;
}

/** The assistant's answers carry the id of the line they answer. */
export function isAnswer(body: EntryBody, line: string): boolean {
  return body.type === "said" && body.by === "assistant" && body.id.startsWith(`re:${line}:`);
}

export function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

export function differing(done: string[], seen: string[]): string[] {
  return done.join("\n") === seen.join("\n") ? [] : [`done: ${done.join(", ")}; seen: ${seen.join(", ")}`];
}
