import * as z from "zod";
import type { ChannelModule } from "./channels/channel.ts";
import { english, type Sentences } from "./channels/sentences.ts";
import { Milliseconds } from "./config-durations.ts";

/** Whether something that a configuration imported is a channel. */
export function isChannelModule(value: unknown): value is ChannelModule {
  return typeof value === "object" && value !== null && "address" in value && "connect" in value && typeof value.connect === "function";
}

const Sentence = z.string().trim().min(1, { error: "is empty: write a text, or leave it out" });

/** Where one site is found on one channel, and what it says there. */
export const SiteChannelSetting = z.strictObject({
  /** The site's own: numbers that visitors write to. */
  addresses: z.array(z.string()).min(1, { error: "is empty: write at least one address" }),
  /** Instead of the English ones in `channels/sentences.ts`, by name; `{…}` is filled in. */
  sentences: z.partialRecord(z.enum(Object.keys(english) as (keyof Sentences)[]), Sentence).default({}), // the names just listed
  /** Left out: what is usual on the channel. */
  silence: z.strictObject({ warnAfterMs: Milliseconds, endAfterMs: Milliseconds }).optional(),
});
