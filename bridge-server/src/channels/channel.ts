import type * as z from "zod";
import type { Call } from "../call.ts";
import type { Delivery, LinkedFile, Received as Reply, RemoteFile, VendorFinding } from "../connectors/connector.ts";

/**
 * A way to visitors who are not in a browser: text messages, a messenger. Whoever writes one says how a message goes out, what comes
 * in, and how much of a text one message holds; the rest is the core's: conversations, order, retries, who has opted out, opening
 * hours, limits, and every sentence. The core knows nothing of a channel but what stands here.
 */
export interface Channel {
  /**
   * Hands one message to the platform, and resolves with the platform's name for it once it has been taken. With a `doubt`, an earlier
   * try may have arrived: a platform without an idempotency key is searched before anything is sent again. Rejects with a `CallError`;
   * `gone` means that the platform sends this visitor nothing any more because they told it so.
   */
  send(thread: Thread, text: string, doubt: Doubt | null): Promise<{ ref: string }>;

  /** What the platform tells us. Verifies the raw bytes first, then says what they mean; never touches the network. */
  receive(delivery: Delivery): Promise<Received>;

  /** A text as messages that the platform takes, parted where a reader would pause. Nothing of it is left out. */
  pages(text: string): string[];

  /** Whether a file can be sent as one. Where it cannot, the visitor reads its link. */
  takesFile(file: LinkedFile): boolean;

  /** As `send`, with a file that the platform fetches at its link, and without words. */
  sendFile(thread: Thread, file: LinkedFile, doubt: Doubt | null): Promise<{ ref: string }>;

  /** The bytes of a file that a visitor has sent; more than `maxBytes` is refused. */
  fetchFile(file: RemoteFile, maxBytes: number): Promise<Uint8Array>;

  /** Looks at what the owner set up on the platform for these addresses and changes nothing there. What is wrong is found, not thrown. */
  examine(addresses: string[]): Promise<VendorFinding[]>;
}

/** Both ends of all that a site and a visitor write each other here, as the platform calls them. */
export interface Thread {
  ours: string;
  theirs: string;
}

export interface Doubt {
  /** ISO 8601: no try was made before that. */
  since: string;
  /** Messages of the same thread that are accounted for: another one with the same words is none of them. */
  known: string[];
}

export interface Received {
  news: ChannelNews[];
  /** What the platform wants to hear, where an empty 204 will not do. */
  reply: Reply["reply"];
}

/** What a visitor or the platform did. `id` is the platform's own, and the same when the platform repeats itself. */
export type ChannelNews = { id: string; thread: Thread } &
  /** Files without words have an empty `text`. */
  (
    | { type: "said"; text: string; files?: RemoteFile[] }
    /** The visitor's own word for it. `isAnswered`: the platform has confirmed it, so the bridge does not. */
    | { type: "opted_out" | "help_asked"; isAnswered: boolean }
    /** `otherwise`: what it says where nobody has opted out: "yes" is an answer, too. */
    | { type: "opted_in"; isAnswered: boolean; otherwise: string | null }
    /** The platform took a message, and then could not deliver it. `why` is its code. */
    | { type: "undelivered"; ref: string; why: string }
  );

export interface ChannelModule<Settings extends z.ZodType = z.ZodType> {
  settings: Settings;
  /** An address of a site. Its error says what to write. */
  address: z.ZodType<string>;
  /** An address of a visitor's as somebody would type it, which comes out as the platform writes it. Its error says what to write. */
  theirs: z.ZodType<string>;
  traits: Traits;
  /** `url`: where the platform finds this channel of ours. */
  connect(settings: z.output<Settings>, call: Call, url: string): Channel;
}

/** What the core has to know of a channel, as data. */
export interface Traits {
  /** What the assistant is told it speaks through. */
  assistantChannel: "whatsapp" | "sms" | "api";
  /** When a silent visitor is warned, and how long after that the automated conversation ends. A site may set its own. */
  silence: { warnAfterMs: number; endAfterMs: number };
}

/** Gives a channel's file its types. */
export function defineChannel<Settings extends z.ZodType>(file: ChannelModule<Settings>): ChannelModule<Settings> {
  return file;
}
