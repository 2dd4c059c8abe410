import type { Counter } from "prom-client";
import type { NoteBody } from "../conversation/records.ts";
import type { Decision, NewFact } from "../store/store.ts";

/** What messages of visitors without a browser are counted with. */
export interface MessageInstruments {
  received: Counter<"site" | "channel">;
  sent: Counter<"site" | "channel">;
  missed: Counter<"site" | "channel" | "why">;
  optedOut: Counter<"site" | "channel">;
}

/** Counts each message once, however often a platform delivers it, and each page that a platform has taken. */
export function countMessages({ received, sent, missed, optedOut }: MessageInstruments) {
  return ({ key }: Pick<NewFact, "key">, { notes, jobs }: Pick<Decision, "notes" | "jobs">): void => {
    const channel = channelIn(key.id);
    if (channel === null) return;
    const labels = { site: key.site, channel };
    for (const { task, input } of jobs)
      if (task === "take_message" && (input as { news: { type: string } }).news.type !== "undelivered") received.inc(labels); // as `bridge` owes it
    for (const note of notes as NoteBody[]) {
      if (note.type === "visitor_told") sent.inc(labels);
      if (note.type === "opted_out") optedOut.inc(labels);
      // Not the platform's own code: there is no end to those (T50).
      if (note.type === "visitor_missed") missed.inc({ ...labels, why: "ref" in note.what ? "not_delivered" : "opted_out" });
    }
  };
}

/** Of a thread or of a conversation in it. */
function channelIn(id: string): string | null {
  return /^(?:thread:([\w-]+)\/|([\w-]+)\.)/.exec(id)?.slice(1).find(Boolean) ?? null;
}
