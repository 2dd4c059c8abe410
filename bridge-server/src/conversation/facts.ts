import type { PhoneLine } from "./fallback.ts";
import type { Agent, HandoffId, LifecycleEvent, Target, VendorChat } from "./lifecycle.ts";
import type { EntryBody } from "./records.ts";
import type { Steering } from "./steering.ts";

/** Something that happened to a conversation, whoever noticed it. */
export type Fact =
  /** `token: null`: the visitor comes over a channel, and nobody else may read along. */
  | {
      type: "conversation_began";
      sharedId: string;
      token: { hash: string; expiresAt: string } | null;
      visitor: VisitorFacts;
      greet: boolean;
    }
  | { type: "visitor_said"; id: string; text: string; file?: KeptFile }
  /** `to: null` is the greeting. `sharedId` names the automated conversation that was asked. */
  | {
      type: "assistant_answered";
      id: string;
      to: string | null;
      sharedId: string;
      chat: string;
      text: string;
      rich: Rich | null;
      /** BCP 47, where the assistant has said in which language it goes on. */
      language?: string;
      next: AssistantMove | null;
    }
  | { type: "assistant_chat_over"; sharedId: string; newSharedId: string }
  | { type: "answer_lost"; to: string; sharedId: string; why: LostAnswer }
  | { type: "agent_said"; id: string; handoff: HandoffId; agent: Agent | null; text: string; format: TextFormat; file?: SaidFile }
  /** Whoever was to hear a line was gone when its turn came. */
  | { type: "line_missed"; line: string }
  | { type: "delivery_changed"; line: string; state: "delayed" | "delivered" | "undelivered" }
  | { type: "person_requested"; next: HandoffAsked }
  | { type: "try_failed"; handoff: HandoffId; cause: string }
  /** `required`: fields that the context should hold there. */
  | { type: "routed"; handoff: HandoffId; target: Target; because: string; context: ContextLook; required?: string[] }
  /** Its route is a number to call. `name` is what the loop guard knows it by. */
  | { type: "led_to_phone"; handoff: HandoffId; name: string; phone: PhoneLine; because: string; context: ContextLook }
  | { type: "context_found"; handoff: HandoffId; context: StoredContext; required?: string[] }
  /** It was looked for until the end, and did not come. */
  | { type: "context_missed"; handoff: HandoffId; state: "missing" | "unavailable"; required: string[] }
  /** The assistant's own topic says that the handoff it asked for has failed (A10). */
  | { type: "failure_state_found"; handoff: HandoffId; context: StoredContext }
  /** The desk took the handoff, but not all that came with it. */
  | { type: "context_dropped"; handoff: HandoffId; keys: string[] }
  | { type: "offers_made"; handoff: HandoffId; offers: Offer[]; fallbacksUsed: number }
  /** With a `phone` (E.164) they want to be called there. With neither, the answer goes the way that they came. */
  | { type: "message_left"; id: string; name: string | null; email: string | null; phone: string | null; text: string }
  | { type: "rated"; score: number | null; comment: string | null }
  /** The page has said more of the visitor while the chat runs. `at`: ISO 8601. */
  | { type: "page_told"; at: string; attributes: Told }
  /** Nobody gets in any more with what the visitor had (T12). */
  | { type: "signed_out" }
  /** The visitor wants what was said in their mail. */
  | { type: "transcript_wanted"; id: string; email: string; speakers: Speakers }
  /** What became of it, by the system that knows: a desk, a CRM. `handoff: null`: it is about the conversation. */
  | ({ type: "outcome_reported"; handoff: HandoffId | null } & Outcome)
  /** An operator, by name, has done something about a handoff by hand. `id`: the same however often it is sent. */
  | { type: "steered"; id: string; handoff: HandoffId; operator: string; how: Steering }
  | { type: "silence_noticed"; endsInSeconds: number }
  /** `chats`: every one it ever had with a desk. `unsure`: who was asked for a person and may have a chat that nobody here heard of. */
  | { type: "erasure_asked"; by: "visitor" | "operator"; chats: VendorChat[]; unsure: Asked[] }
  /** A phone call asked where to go on, and was told. `visitor: null`: it belongs to a conversation that had begun elsewhere. */
  | {
      type: "call_came";
      handoff: HandoffId;
      sharedId: string;
      visitor: VisitorFacts | null;
      destination: string | null;
      reason: string | null;
      context: ContextLook | BroughtContext;
      led: CallLed;
    }
  /** A desk was asked to forget a chat. `by_hand`: its platform has no way to do it, so its owner must. */
  | { type: "desk_told"; connector: string; outcome: Forgotten }
  /** What was copied out of a conversation is erased there. `count`: in how many places of its kind it was. */
  | { type: "copies_erased"; where: "files" | "exports"; count: number | null }
  | { type: "fallback_requested"; next: HandoffAsked; fallbacksUsed: number }
  | Exclude<LifecycleEvent, { type: "handoff_requested" | "handoff_ordered" | "handoff_routed" | "led_to_phone" }>;

/** What an assistant may do besides answering. */
export type AssistantMove = { type: "end" } | ({ type: "hand_off" } & HandoffAsked);

/** Who wants a person. `fallback`: the bridge itself, because nobody came elsewhere. */
export type AskedBy = "assistant" | "visitor" | "fallback" | "operator";

/** One wish for a person, as it was put. */
export interface HandoffAsked {
  handoff: HandoffId;
  by: AskedBy;
  destination: string | null;
  reason: string | null;
}

/** Something the bridge owes the outside world. */
export type Task =
  | { task: "greet" }
  | { task: "ask_assistant"; line: Line }
  | { task: "end_assistant_chat"; chat: string }
  | { task: "open_handoff"; handoff: HandoffId }
  | { task: "withdraw_handoff"; handoff: HandoffId; tries: number }
  | { task: "fetch_context"; handoff: HandoffId; chat: string | null; sharedId: string; required?: string[] }
  | { task: "attach_context"; handoff: HandoffId; context: LateContext }
  | { task: "tell_agent"; handoff: HandoffId; line: Line }
  | { task: "close_handoff"; vendorChat: VendorChat }
  | { task: "forget_chat"; vendorChat: VendorChat }
  | { task: "forget_files" }
  | { task: "forget_exports" }
  | ({ task: "forget_handoff" } & Asked)
  | { task: "watch_the_clock"; handoff: HandoffId }
  | { task: "watch_for_colleague"; handoff: HandoffId; absence: number }
  | { task: "watch_visitor"; handoff: HandoffId }
  | { task: "watch_silence" }
  | { task: "watch_offers"; handoff: HandoffId }
  | { task: "start_fallback"; handoff: HandoffId }
  | {
      task: "deliver_message";
      handoff: HandoffId;
      id: string;
      name: string | null;
      email: string | null;
      phone: string | null;
      text: string;
    }
  | { task: "mail_transcript"; id: string; email: string; speakers: Speakers }
  /** For whoever has no browser to see it in. */
  | { task: "tell_visitor"; entries: EntryBody[] }
  /** `id`: the same at every try. `at` (ISO 8601): when it happened, where that is not when it was owed. */
  | ({ task: "announce"; to: string; id: string; at?: string } & Announced);

/** What somebody else's system is told: which handoff, if it is about one, and the failure, the reason or the one who ended it. */
export interface Announced {
  type:
    | `conversation.${"started" | "ended" | "erased"}`
    | `handoff.${"initiated" | "context_incomplete" | "missed" | "queued" | "completed" | "failed" | "retried" | "fell_back" | "transferred" | "ended" | "abandoned"}`
    | "outcome.reported"
    | `alert.${"fired" | "over"}`;
  handoff: HandoffId | null;
  cause: string | null;
}

/** What each is called in a transcript, in the language of whoever reads it. */
export type Speakers = Record<"visitor" | "assistant" | "agent", string>;

export interface Line {
  id: string;
  text: string;
  file?: KeptFile;
}

/** What is kept under the name of the line that it came with. */
export interface KeptFile {
  state: "kept";
  name: string;
  /** By what is in it: one of the types that the bridge knows. */
  type: string;
  /** In bytes. */
  size: number;
}

/** `lost`: an agent has sent it, and it could not be taken. */
export type SaidFile = KeptFile | { state: "lost"; name: string };

/** How it ended for whoever came, and for whoever had to do with it. */
export interface Outcome {
  /** A code of the reporter's own, such as `resolved`. */
  resolution: string | null;
  wrapUp: string | null;
  /** 1 to 5. */
  rating: number | null;
}

/** What is kept of how the visitor came. Told by the page, so never taken as proof. */
export interface VisitorFacts {
  language: string | null;
  page: { url: string; title: string } | null;
  /** What else the page says. */
  attributes?: Record<string, string>;
  /** Proven: the site has signed it. */
  identity?: Identity;
  /** Where the visitor is found who has no browser. Proven as far as the channel proves it. */
  reached?: Reached;
}

/** By name. `null`: taken back. */
export type Told = Record<string, string | null>;

/** The channel by its name, and both addresses on it. */
export interface Reached {
  channel: string;
  ours: string;
  theirs: string;
}

/** Who the visitor is, by the site's own word. */
export interface Identity {
  id: string;
  name: string | null;
  email: string | null;
  attributes: Record<string, string>;
}

/** How the look for the assistant's context went. */
export type ContextLook =
  | { state: "found"; context: StoredContext }
  | { state: "missing" | "forbidden" | "unavailable" | "foreign" | "none" };

/** Where a phone call was led. */
export type CallLed =
  | { to: "target"; target: { connector: string; queue: string | null; urgent: boolean }; because: string }
  | { to: "nowhere"; cause: "out_of_hours" | "no_route" };

/** What a phone call's headers said, where the assistant has stored nothing for it. `at`: ISO 8601. */
export interface BroughtContext {
  state: "brought";
  at: string;
  data: Record<string, unknown>;
}

export interface StoredContext {
  source: "shared_id" | "id";
  at: string;
  data: Record<string, unknown>;
  /** The state that the topic gave the handoff, by the keys of that time. Left out by those that read it before these were settings. */
  topicState?: string | null;
}

/** What a desk is given after its request: the assistant's context, or what the page has told since. */
export type LateContext = StoredContext | { source: "page"; at: string; data: { told_not_proven: Told } };

export type TextFormat = "plain" | "markdown" | "html";
/** A desk that was asked for a person, or to take a message, under this name. */
export interface Asked {
  handoff: string;
  of: { connector: string; queue: string | null; urgent: boolean } | "whoever takes messages" | "whoever calls back";
}

export type Forgotten = "forgotten" | "by_hand" | "not_reached";
export type LostAnswer = "unclear" | "unavailable" | "too_long" | "refused";
export type Offer = { type: "leave_message" } | { type: "callback" } | ({ type: "phone"; reference: string } & PhoneLine);

export interface Rich {
  suggestions: { text: string; payload: string | null }[];
  attachments: { title: string; url: string; imageUrl: string | null; kind: "link" | "image"; action: string | null }[];
  calls: { title: string; number: string }[];
}
