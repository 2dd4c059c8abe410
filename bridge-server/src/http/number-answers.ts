import * as z from "zod";
import { tallyDimensions } from "../store/tallies.ts";

// The same as `answers.ts`, of what is counted and of what is told about it.

const Time = z.iso.datetime();
const Text = z.string();
const MaybeText = z.string().nullable();
const Share = z.number().min(0).max(1).nullable();
const Seconds = z.number().min(0).nullable();
export const Counts = z.strictObject({
  conversations: z.int(),
  handed_off: z.int().describe("Conversations with a handoff or more."),
  containment: Share.describe(
    "The share of conversations without one. null: there was no conversation, or it is not known of what is counted.",
  ),
  handoffs: z.int(),
  queued: z.int(),
  accepted: z.int(),
  failed: z.int(),
  fell_back: z.int().describe("Those whose visitor was given something else instead, another desk included."),
  abandoned: z.int(),
  failure_rate: Share,
  acceptance_seconds: Seconds.describe("From the wish to the person, on average."),
  queue_seconds: Seconds.describe("In a queue, on average, however it ended."),
});
export const CountedBy = Counts.extend({ value: MaybeText.describe("null: there was none.") });
export const Numbers = z.strictObject({
  since: z.iso.date(),
  until: z.iso.date(),
  by: z.enum(tallyDimensions),
  metric: z.enum(["HANDOFF_TO", "HANDOFF_REASON"]).nullable().describe("How PolyAI calls the groups, where it has them too."),
  total: Counts,
  days: z.array(Counts.extend({ day: z.iso.date() })).describe("In UTC. Days on which nothing happened are left out."),
  groups: z.array(CountedBy).describe("The most frequent first, fifty at most."),
  rest: Counts.extend({ values: z.int() }).nullable().describe("All others together."),
});

export const Alerts = z.strictObject({
  alerts: z.array(
    z.strictObject({
      name: Text,
      when: z.enum(["failure_rate", "queue_time", "stuck_handoff", "key_refused", "key_expires", "delivery_kept"]),
      site: MaybeText.describe("null: all sites together."),
      state: z.enum(["quiet", "firing"]),
      says: MaybeText.describe("What is so, in a sentence."),
      since: Time.nullable().describe("null: it has never fired."),
    }),
  ),
});

export const Missed = z.strictObject({
  sites: z.array(
    z.strictObject({
      site: Text,
      looked_until: Time.nullable().describe("null: this bridge has not looked yet, or another one does."),
      missed: z.array(
        z.strictObject({
          assistant_conversation_id: Text,
          studio_url: MaybeText.describe("The assistant's conversation in Agent Studio."),
          began_at: Time,
          destination: MaybeText,
          reason: MaybeText,
          conversation: MaybeText.describe("The bridge's own, where it knows that much."),
        }),
      ),
    }),
  ),
});
