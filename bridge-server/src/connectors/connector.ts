import type * as z from "zod";
import { CallError, type Call } from "../call.ts";
import type { Hold } from "../hold/hold.ts";
import { bytesAt } from "./connector-files.ts";

/** A vendor's side of a handoff: how the bridge talks to people on another company's platform. */
export interface Connector {
  /** Can this destination be staffed now? Cheap; "unknown" is an honest answer and never blocks a handoff. */
  availability(destination: Destination): Promise<Availability>;

  /**
   * Asks for a person. Resolves when the vendor holds the request, long before anyone answers it.
   * Safe to repeat for one `handoff`: the vendor ends up with one chat.
   */
  open(request: HandoffRequest): Promise<Opened>;

  /** Gives the agent what arrived after `open`: the context, or what the page has told since. May be repeated; the agent sees it once. */
  attach(chat: VendorChat, context: Context | ToldContext): Promise<void>;

  /**
   * Shows the agent one line, once: where `isRepeat`, it may be there already, and a platform without an idempotency key is searched.
   * A chat that is over is "gone", and stays over.
   */
  say(chat: VendorChat, line: Line, isRepeat: boolean): Promise<void>;

  /** Typing and read marks. Best effort: a vendor without them does nothing. */
  signal(chat: VendorChat, signal: Signal): Promise<void>;

  /** Tells the vendor that nobody is waiting any more. Closing a closed chat succeeds. */
  close(chat: VendorChat): Promise<void>;

  /**
   * Asks the vendor to remove everything about a chat, which the visitor wants erased. `by_hand`: the platform has no way, so its owner
   * must. Whoever has nothing of the chat has forgotten it.
   */
  forget(chat: VendorChat): Promise<"forgotten" | "by_hand">;

  /** The bytes of a file that an agent has sent; more than `maxBytes` is refused. */
  fetchFile(chat: VendorChat, file: RemoteFile, maxBytes: number): Promise<Uint8Array>;

  /** Looks at what the owner set up on the platform and changes nothing there. What is wrong is found, not thrown. */
  examine(): Promise<VendorFinding[]>;

  /** How news of agents comes back. */
  inbound: Inbound;
}

/** What an owner should know of a platform's set-up. `next` is what to do about it, where there is something. */
export interface VendorFinding {
  state: "good" | "doubtful" | "bad";
  says: string;
  next: string | null;
}

/** Handoffs do not work until somebody does what is next. */
export function badFinding(says: string, next: string): VendorFinding {
  return { state: "bad", says, next };
}

export type Inbound =
  /** The vendor calls us. Verifies the raw bytes first, then says what they mean; never touches the network. */
  | { style: "webhook"; receive(delivery: Delivery): Promise<Received> }
  /**
   * The vendor calls us, and does not tell everything: the rest is looked for in each chat, again and again, with `lookAgainMs` between.
   * A look begins after `from`; whatever is found twice, or found and delivered as well, bears the same id.
   */
  | {
      style: "webhook_and_look";
      receive(delivery: Delivery): Promise<Received>;
      lookAgainMs: number;
      look(from: string | null, chat: VendorChat, signal: AbortSignal): Promise<Batch>;
    }
  /**
   * We hold a stream, socket or poll, for one `chat` or, where that is `null`, for the whole account. Exactly one process does.
   * Begins after `from` and yields a cursor with each batch; whatever is yielded twice bears the same ids. Ends or rejects when the
   * vendor does, at once when `signal` is aborted, and is then begun again from the last cursor: a poll may end after each look.
   */
  | {
      style: "listen";
      scope: "account" | "chat";
      listen(from: string | null, chat: VendorChat | null, signal: AbortSignal): AsyncIterable<Batch>;
    };

export interface Received {
  news: VendorNews[];
  /** What the vendor wants to hear, where an empty 204 will not do: a challenge echoed, a body it insists on. */
  reply: { status: number; body: string; contentType: string } | null;
}

export interface Batch {
  news: VendorNews[];
  cursor: string;
}

/** Where a route leads on the vendor's side. What the words mean is the vendor's business. */
export interface Destination {
  queue: string | null;
  urgent: boolean;
}

export interface Availability {
  state: "open" | "closed" | "unknown";
  waitSeconds: number | null;
}

/** Everything a person needs in order not to ask again. */
export interface HandoffRequest {
  handoff: string;
  site: string;
  destination: Destination;
  /** What the assistant called the destination, and why: machine codes. `reason` is `null` when it only repeats the destination. */
  requested: { destination: string; reason: string | null; by: "assistant" | "visitor" | "fallback" | "operator" };
  /** `false`: nobody is in the chat any more, the visitor has left a message and wants an answer elsewhere. */
  isVisitorWaiting: boolean;
  visitor: Visitor;
  ids: { conversation: string; sharedId: string; assistantChat: string | null };
  /** The words the visitor read just before the transfer. */
  utterance: string | null;
  context: Context | null;
  /** Everything said up to this handoff, oldest first. What is said later follows through `say`. */
  transcript: Line[];
}

export interface Visitor {
  name: string | null;
  email: string | null;
  /** E.164, or the address on their channel: they are gone, and asked to be called there. */
  phone?: string;
  /** BCP 47. */
  language: string | null;
  /** Told by the page, not proven: to be shown as such. */
  page: { url: string; title: string } | null;
  /** What else the page says: as little proven. */
  attributes?: Record<string, string>;
  /** What the site has signed a moment before the chat began: to be shown as verified. `name` and `email` are its own then. */
  identity?: { id: string; name: string | null; email: string | null; attributes: Record<string, string> };
  /** Where a visitor without a browser writes from, such as the number of a phone: the agent's answers arrive there. */
  reached?: { channel: string; address: string };
}

/** What the assistant knows. For the person who takes over, never for the visitor. */
export interface Context {
  source: "shared_id" | "id";
  /** ISO 8601, when it was read. */
  at: string;
  data: Record<string, unknown>;
  /** What the assistant's topic calls the state of its handoff, in words of its own. */
  topicState?: string | null;
}

/** What the page has told since the request, and nobody has proven, by name. `null`: taken back. */
export interface ToldContext {
  source: "page";
  /** ISO 8601. */
  at: string;
  data: { told_not_proven: Record<string, string | null> };
}

export interface Line {
  id: string;
  by: "visitor" | "assistant" | "agent";
  /** Who, where it is known. */
  name: string | null;
  /** Of a line with a file: its name, its size and its link, so that it can be shown as any other. */
  text: string;
  /** ISO 8601. */
  at: string;
  /** Only where `abilities.files`. */
  file?: LinkedFile;
}

/** What the visitor has sent. Anybody can `GET` it at `url` for a week; then, and when the conversation is erased, nobody can. */
export interface LinkedFile {
  name: string;
  /** By what is in it, not by what it is called. */
  type: string;
  /** In bytes. */
  size: number;
  url: string;
}

/** What an agent has sent, where the vendor keeps it. */
export interface RemoteFile {
  name: string;
  url: string;
}

export interface Opened {
  chat: VendorChat;
  position: number | null;
  waitSeconds: number | null;
  /** What the vendor had no room for, by name. */
  dropped: string[];
}

/**
 * The vendor's own name for the chat. Opaque to everybody else. Where the connector needs more than the name, `open` writes it behind a
 * line break: it is kept with the chat and shown to nobody, and news leaves it out.
 */
export interface VendorChat {
  readonly ref: string;
}

export type Signal = { type: "typing"; on: boolean } | { type: "read" };

/** One webhook, untouched: signatures are checked on the raw bytes. */
export interface Delivery {
  headers: Headers;
  body: Uint8Array;
  /** The public address it was sent to, which some vendors sign too. */
  url: string;
}

/** What an agent or the vendor did. `id` is the vendor's own, and the same when the vendor repeats itself. */
export type VendorNews = { chat: VendorChat; id: string } & (
  | { type: "queue_moved"; position: number | null; waitSeconds: number | null }
  | { type: "agent_joined"; agent: Agent }
  | { type: "agent_said"; agent: Agent | null; text: string; format: "plain" | "markdown" | "html"; file?: RemoteFile }
  /** Worth knowing only now. Never kept, so it may be lost. */
  | { type: "agent_typing"; on: boolean }
  | { type: "agent_read" }
  | { type: "transferred"; to: string | null }
  | { type: "agent_left" }
  | { type: "ended" }
  | { type: "failed"; reason: "nobody_available" | "out_of_hours" | "vendor_refused" }
);

export interface Agent {
  id: string | null;
  name: string;
  /** Where a picture of them can be had without credentials; left out where the platform tells of none. The bridge fetches it, visitors never do. */
  picture?: string;
}

/** What a platform can do and how much it takes, as data. The core reads it; it never asks for a vendor's name. */
export interface Abilities {
  typing: boolean;
  read: boolean;
  /** Whether files are shown as files, both ways. Elsewhere the agent reads a link, and what agents send stays there. */
  files: boolean;
  /** The largest text of one line, in characters; longer lines come in parts, each but the last of more than half of that. */
  maxLineLength: number;
}

export interface ConnectorModule<Settings extends z.ZodType = z.ZodType> {
  settings: Settings;
  abilities: Abilities;
  /** The names that a route's `queue` may have with these settings; `null`: the platform takes any. */
  queues(settings: z.output<Settings>): string[] | null;
  /** Without `hold`, as in tests of what holds no streams, every stream is refused. */
  connect(settings: z.output<Settings>, call: Call, hold?: Hold): Connector;
}

/** What a vendor file says of itself. What the platform cannot do is left out and filled in here. */
interface ConnectorFile<Settings extends z.ZodType> {
  settings: Settings;
  abilities: Partial<Abilities>;
  /** Left out where the platform itself knows what a queue is called. */
  queues?: (settings: z.output<Settings>) => string[];
  connect(
    settings: z.output<Settings>,
    call: Call,
    hold: Hold,
  ): Omit<Connector, "availability" | "attach" | "signal" | "forget" | "fetchFile" | "examine"> & Partial<Connector>;
}

export function defineConnector<Settings extends z.ZodType>(file: ConnectorFile<Settings>): ConnectorModule<Settings> {
  return {
    settings: file.settings,
    abilities: {
      typing: false,
      read: false,
      files: false,
      maxLineLength: 4_000,
      ...file.abilities,
    },
    queues: (settings) => file.queues?.(settings) ?? null,
    connect: (settings, call, hold = holdsNothing) => ({
      availability: async () => ({ state: "unknown", waitSeconds: null }),
      attach: async () => {},
      signal: async () => {},
      forget: async () => "by_hand",
      fetchFile: async (_, { url }, maxBytes) => {
        const to = URL.parse(url);
        if (to === null) throw new CallError("refused", "the file has no address");
        return bytesAt(to, call, maxBytes);
      },
      examine: async () => [],
      ...file.connect(settings, call, hold),
    }),
  };
}

const noStream = () => Promise.reject(new CallError("refused", "this connector was given no way to hold a stream"));
const holdsNothing: Hold = { socket: noStream, events: noStream };
