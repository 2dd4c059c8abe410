// The wire contract between the widget and the bridge. Nothing else crosses it.
// May import zod and nothing else: the widget imports the types from here.
import * as z from "zod";

export const PROTOCOL_VERSION = 1;

/** The longest line a visitor may send, in characters. */
export const MAX_LINE_LENGTH = 4_000;

const Id = z.uuid();
const Text = z.string().max(MAX_LINE_LENGTH).regex(/\S/u, "is empty");
const Email = z.email().max(254);
/** By name, what a page says of a visitor: unproven, and told to the assistant and the agent as such. */
const told = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string().regex(/^[a-z]\w{0,39}$/i), value).refine((all) => Object.keys(all).length <= 20, { error: "are more than twenty" });
const ToldValue = z.union([z.string().max(200), z.number(), z.boolean()]);

// ── What a widget may send ──────────────────────────────────────────────────────────────────────────────────────────

/** `POST /v1/sites/:site/conversations`. Sending the same `key` again within minutes gives the same conversation. */
export const Begin = z.object({
  version: z.int(),
  /** 32 random bytes, base64url: whoever repeats them is the same visitor. */
  key: z.string().regex(/^[\w-]{43}$/),
  /** BCP 47. */
  language: z.string().max(35).optional(),
  /** The text that the visitor has agreed to, where the site asks for it. */
  consent: z.string().max(2_000).optional(),
  page: z.object({ url: z.url().max(2_000), title: z.string().max(300) }).optional(),
  attributes: told(ToldValue).optional(),
  /** Who the visitor is: a JWT that the site has signed a moment ago, for this conversation and no other. */
  identity: z.string().max(16_000).optional(),
});

/** `POST /v1/conversations/:id/lines`. `id` is made when the visitor presses send: the same id is the same line. */
export const Say = z.object({ id: Id, text: Text });

/**
 * `POST …/files/:line`: the bytes of a file, as they are, its name in `content-disposition: attachment; filename*=UTF-8''…`. Answered
 * with `Said`. The id of the line is made when the visitor picks the file: the same id is the same file.
 */
export const FileLine = Id;

/** `POST …/handoff`: the visitor wants a person. */
export const AskForPerson = z.object({ id: Id });

/** `POST …/attributes`: what the page says of the visitor since. `null` takes back what it has said. */
export const Attributes = z.object({ id: Id, attributes: told(ToldValue.nullable()) });

/** `POST …/typing`. */
export const Typing = z.object({ on: z.boolean() });

/** `POST …/read`. */
export const Read = z.object({ seq: z.int().positive() });

const Speaker = z.string().trim().min(1).max(60);
const Left = z.object({ id: Id, name: z.string().trim().max(100).optional() });
/** `POST …/message`: what the visitor leaves when nobody can come. With a `phone`, as people write it, they want to be called there. */
export const LeaveMessage = z.union([
  Left.extend({ email: Email, text: Text }),
  Left.extend({ phone: z.string().trim().min(1).max(40), text: z.union([Text, z.literal("")]) }),
]);

/** `POST …/mail`: what was said, sent to an address. `speakers`: what each is called in it. */
export const MailTranscript = z.object({
  id: Id,
  email: Email,
  speakers: z.object({ visitor: Speaker, assistant: Speaker, agent: Speaker }),
});

/** `POST …/rating`. `score: null` skips. */
export const Rating = z.object({ score: z.int().min(1).max(5).nullable(), comment: z.string().max(2_000).optional() });

/** `POST …/leave`: the visitor is done. `signsOut`: and no token opens the conversation any more, not even the one that this came with. */
export const Leave = z.object({ signsOut: z.boolean().default(false) });

// ── What the bridge answers ─────────────────────────────────────────────────────────────────────────────────────────

/** The answer to `Begin`. The token opens this conversation and no other; it travels in the `authorization` header only. */
export interface Began {
  conversation: string;
  token: string;
  site: Site;
}

/** What a site shows. */
export interface Site {
  title: string;
  /** Whether the visitor may ask for a person. */
  mayAskForPerson: boolean;
  /** Whether the visitor may have what was said by mail. */
  mailsTranscript: boolean;
  /** Addresses of the site's own pages. */
  privacy: string | null;
  terms: string | null;
  /** Sentences in the place of the widget's, by language (`*`: all) and name. A sentence that counts has plural forms. */
  words: Record<string, Record<string, string | { [form in Intl.LDMLPluralRule]?: string | undefined }>>;
  /** Hosts whose images may be shown without being asked for. */
  images: string[];
  /** What may be sent while a person is there, by type, and how large it may be. `null`: nothing. */
  files: { types: string[]; maxBytes: number } | null;
}

/**
 * `GET /v1/sites/:site/look?lang=de`: what a site's pages show, only `says` where nothing else is to be told, or 204. Public and cached;
 * whatever is missing is as the widget has it by itself. `lang` is the page's language, behind which stands the browser's. Pictures are
 * paths on the bridge.
 */
export interface Look extends LookPage {
  title: string;
  says?: LauncherWords;
  /** Of several that fit a page the last has the last word. In `on`, `*` stands for anything. */
  pages: ({ on: string[] } & LookPage)[];
  greetings: Greeting[];
}

/** What is said before the panel is there, in a language other than English. A list, because every page pays for the launcher's names. */
export type LauncherWords = [openChat: string, notLoaded: string, dismiss?: string];

export interface LookPage extends LookWords {
  /** Left out: as long as the chat lasts. */
  disclaimerUntil?: "first_message";
  icon?: string;
  launcher?: "shown" | "hidden";
  position?: "start" | "end";
  theme?: "auto" | "light" | "dark";
  accent?: string;
  header?: string;
  avatars: { assistant?: string; agent?: string };
  /** By BCP 47: the words that are others in that language. */
  languages: Record<string, LookWords>;
}

export interface LookWords {
  title?: string;
  welcome?: string;
  /** Markdown, with links; and so is what follows. */
  banner?: string;
  disclaimer?: string;
  label?: string;
  suggestions?: string[];
}

/** A line that comes up beside the launcher. */
export interface Greeting {
  name: string;
  text: string;
  languages: Record<string, string>;
  /** Paths; `*` stands for anything. */
  on?: string[];
  after: { seconds?: number; scrolled?: number; leaving?: boolean };
  every: "page" | "visit" | "day" | "week" | "month" | "once";
}

/** The answer to `Say`: the bridge has the line, under this number. */
export interface Said {
  seq: number;
  at: string;
}

/** Every refusal: RFC 9457, with a closed `code`. */
export interface Problem {
  type: "about:blank";
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  /** Seconds, where waiting helps. */
  retryAfter?: number;
}

export type ProblemCode =
  | "outdated"
  | "unauthorized"
  /** An operator whose role does not allow it. Never a visitor. */
  | "forbidden"
  | "forbidden_origin"
  /** The visitor has to agree to what `detail` says, and to repeat it in `Begin`. */
  | "consent_required"
  | "unknown_site"
  | "not_found"
  | "invalid"
  | "too_large"
  /** A file is none of the kinds that the site takes, whatever it is called. */
  | "wrong_kind"
  /** Files are taken while a person is there. */
  | "nobody_there"
  /** The same id came with other words, or what an operator wants cannot be done as things stand. */
  | "conflict"
  /** What an operator has edited is no longer what it was edited from. Never a visitor. */
  | "changed_meanwhile"
  | "too_fast"
  /** The site's turns for today are used up. */
  | "too_much_today"
  | "ended"
  | "busy"
  | "internal";

// ── What a follower hears: `GET /v1/conversations/:id/entries?after=n` ──────────────────────────────────────────────
// As an event stream, each message is one event's data. As JSON (`accept: application/json`), `{ messages: [...] }`,
// held until there is something, 25 s at most. A widget ignores types it does not know.

export type ServerMessage =
  /** First on every stream. `lastSeq` is how far the conversation has come; to a follower that was further, everything comes again from 1. */
  | { type: "hello"; version: typeof PROTOCOL_VERSION; phase: Phase; lastSeq: number; site: Site }
  | { type: "entry"; entry: Entry }
  /** Worth showing for some seconds, then forgotten. */
  | { type: "typing"; by: "agent"; on: boolean }
  /** The person has seen what the visitor has said so far. Never kept, so it may be lost. */
  | { type: "read"; by: "agent" }
  /** The bridge is going away: come back after so long. */
  | { type: "bye"; retryMs: number };

/** One visible thing, numbered by the bridge from 1 without gaps. */
export interface Entry {
  seq: number;
  /** ISO 8601, the bridge's clock. */
  at: string;
  body: EntryBody;
}

export type EntryBody =
  | {
      type: "said";
      id: string;
      by: "visitor" | "assistant" | "agent";
      name?: string;
      /** Empty where a file says it all. */
      text: string;
      format: TextFormat;
      rich?: Rich;
      file?: SaidFile;
    }
  /** Who answers from here on. Details that belong to the phase come with it. */
  | { type: "phase_changed"; phase: Phase; by?: EndedBy; reason?: FailureReason }
  /** Shown as given: what is unknown is `null`. */
  | { type: "queue_moved"; position: number | null; waitSeconds: number | null }
  /** `picture`: read at `GET /v1/conversations/:id/pictures/:picture`. */
  | { type: "agent_joined"; name: string; picture?: string }
  | { type: "agent_left"; name: string | null }
  | { type: "transferred"; to: string | null }
  /** The assistant has not answered this line, and will not be asked again by itself. */
  | { type: "answer_lost"; to: string; why: "unclear" | "unavailable" | "too_long" | "refused" }
  /** The person has not got these lines yet (`delayed`), has them after all (`delivered`), or will not get them (`undelivered`). */
  | { type: "delivery"; lines: string[]; state: "delayed" | "delivered" | "undelivered" }
  /** The assistant's former chat had run out; it begins anew with what was just said. */
  | { type: "assistant_restarted" }
  /** The assistant goes on in this language (BCP 47), and so should the widget. */
  | { type: "language_changed"; language: string }
  | { type: "silence_warning"; endsInSeconds: number }
  /** Nobody could be reached: what the visitor can do instead. */
  | { type: "offers"; offers: Offer[] }
  /** `wants` is left out where they want to be answered. */
  | { type: "message_left"; wants?: "callback" }
  | { type: "rated"; score: number | null };

export type Phase = "automated" | "handoff_initiated" | "queued" | "live" | "failed" | "ended";
export type TextFormat = "plain" | "markdown" | "html";
export type EndedBy = "visitor" | "visitor_gone" | "agent" | "assistant" | "silence" | "fallback" | "erasure";
export type FailureReason =
  | "nobody_available"
  | "out_of_hours"
  | "waited_too_long"
  | "agent_gone"
  | "vendor_refused"
  | "vendor_unreachable"
  | "no_route"
  /** The chat leads to a number to call, which is offered. */
  | "by_phone";

export type Offer =
  | { type: "leave_message" }
  /** They leave a number, and are called there. */
  | { type: "callback" }
  /** `reference` is what the visitor tells the person who picks up. E.164 number. */
  | { type: "phone"; label: string; number: string; reference: string };

/** Read at `GET /v1/conversations/:id/files/:line`, with the id of the line. `lost`: the agent has sent it, and it could not be taken. */
export type SaidFile = { state: "kept"; name: string; type: string; size: number } | { state: "lost"; name: string };

export interface Rich {
  suggestions: { text: string; payload: string | null }[];
  attachments: { title: string; url: string; imageUrl: string | null; kind: "link" | "image"; action: string | null }[];
  calls: { title: string; number: string }[];
}

export type Begin = z.infer<typeof Begin>;
export type Say = z.infer<typeof Say>;
export type LeaveMessage = z.infer<typeof LeaveMessage>;
export type MailTranscript = z.infer<typeof MailTranscript>;
export type Rating = z.infer<typeof Rating>;
