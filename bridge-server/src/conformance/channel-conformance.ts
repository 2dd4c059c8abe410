// The contract of a channel as rules that can be run: against ours, and against anybody's. Any test runner will do.
import type { Channel, Thread } from "../channels/channel.ts";
import type { Delivery } from "../connectors/connector.ts";
import { channelNewsRules } from "./channel-news-rules.ts";
import { channelSendRules } from "./channel-send-rules.ts";
import type { Handwriting } from "./conformance.ts";
import type { Mood } from "./stand-in.ts";

/** What every channel owes the bridge, by rule. Numbers are stable: tests, reviews and bug reports refer to them. A rule rejects when it is broken. */
export const channelRules: Record<string, ChannelRule> = { ...channelSendRules, ...channelNewsRules };

export type ChannelRule = (double: ChannelDouble) => Promise<void>;

/** A stand-in for one platform. It keeps its own record, so a channel cannot vouch for itself. */
export interface ChannelDouble {
  channel: Channel;
  /** The same with a key that the platform does not know. */
  withWrongKey(): Channel;
  /** Two visitors of one address of ours. */
  threads: [Thread, Thread];
  /** What a visitor's screen shows, oldest first: each message by itself. */
  screen(thread: Thread): string[];
  /** The links of the files that it shows, oldest first. */
  pictures(thread: Thread): string[];
  /** The next answers the platform gives, in order; fine once they run out. */
  willAnswer(...answers: Mood[]): void;
  /** All that the platform would deliver about it, signed as the platform signs: also what means nothing. */
  about(thread: Thread, deed: ChannelDeed, how?: Handwriting): Delivery[];
  close(): Promise<void>;
}

/** What can happen there. */
export type ChannelDeed =
  | { deed: "writes"; text: string }
  /** Files with these bytes, and words, which may be empty. The platform gives them to nobody but us. */
  | { deed: "sends_files"; text: string; files: Uint8Array[] }
  | { deed: "says_stop" | "says_start" | "says_help" }
  /** The platform has taken the message `ref`, and tells what becomes of it. */
  | { deed: "is_reached" | "is_not_reached"; ref: string }
  /** The visitor tells the platform, not us, to let nothing more through. */
  | { deed: "blocks_us" };
