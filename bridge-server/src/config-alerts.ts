import * as z from "zod";
import { Milliseconds } from "./config-durations.ts";

const Site = z.string().min(1).optional();
const MINUTE = 60_000;

/**
 * What operators are told of without looking, by name. Who is told is listed under `announce`, by the events `alert.fired` and
 * `alert.over`. Left out, `site` means all sites together.
 */
export const AlertsSetting = z
  .record(
    z.string().regex(/^[a-z0-9][\w-]{0,62}$/i, { error: "is not a name: write letters, digits, - and _, such as failures" }),
    z.discriminatedUnion(
      "when",
      [
        z.strictObject({
          when: z.literal("failure_rate"),
          /** The share of the handoffs that began lately and have failed: 0.2 is one of five. */
          above: z.number().min(0).lt(1),
          withinMs: Milliseconds.default(15 * MINUTE),
          /** Of fewer handoffs nothing is said. */
          atLeast: z.int().positive().default(5),
          site: Site,
        }),
        /** Somebody waits in a queue whose wish for a person is older than this. */
        z.strictObject({ when: z.literal("queue_time"), aboveMs: Milliseconds.default(5 * MINUTE), site: Site }),
        /** A handoff that no desk has taken, and none has refused. */
        z.strictObject({ when: z.literal("stuck_handoff"), aboveMs: Milliseconds.default(2 * MINUTE), site: Site }),
        /** The assistant's platform does not take the key any more: it has expired, or was changed. It is tried once a minute. */
        z.strictObject({ when: z.literal("key_refused"), site: Site }),
        z.strictObject({
          when: z.literal("key_expires"),
          /** What each key is called among you, and the day on which it ends. */
          keys: z.record(z.string().min(1).max(100), z.iso.date({ error: "is no day: write one such as 2027-01-31" })),
          beforeDays: z.int().min(0).max(365).default(14),
        }),
        /** A system that is announced to did not take something for days. */
        z.strictObject({ when: z.literal("delivery_kept") }),
      ],
      { error: "is no rule: write when: failure_rate, queue_time, stuck_handoff, key_refused, key_expires or delivery_kept" },
    ),
  )
  .default({});

export type AlertRule = z.output<typeof AlertsSetting>[string];
