import type {
  AskedBy,
  BroughtContext,
  ContextLook,
  Forgotten,
  LostAnswer,
  Offer,
  Outcome,
  Rich,
  SaidFile,
  TextFormat,
  Told,
  VisitorFacts,
} from "./facts.ts";
import type { PhoneLine } from "./fallback.ts";
import type { Steering } from "./steering.ts";
import type { Agent, EndedBy, FailureReason, HandoffId, Phase, VendorChat } from "./lifecycle.ts";

/** What everybody in a conversation sees. */
export type EntryBody =
  | {
      type: "said";
      id: string;
      by: "visitor" | "assistant" | "agent";
      name?: string;
      text: string;
      format: TextFormat;
      rich?: Rich;
      file?: SaidFile;
    }
  | { type: "phase_changed"; phase: Phase; by?: EndedBy; reason?: FailureReason; handoff?: HandoffId }
  | { type: "queue_moved"; position: number | null; waitSeconds: number | null }
  /** `picture`: the name that it goes by in this conversation. */
  | { type: "agent_joined"; name: string; picture?: string }
  | { type: "agent_left"; name: string | null }
  | { type: "transferred"; to: string | null }
  | { type: "answer_lost"; to: string; why: LostAnswer }
  | { type: "delivery"; lines: string[]; state: "delayed" | "delivered" | "undelivered" }
  | { type: "assistant_restarted" }
  | { type: "language_changed"; language: string }
  | { type: "silence_warning"; endsInSeconds: number }
  /** `why` nobody comes is missing in entries of older bridges. */
  | { type: "offers"; offers: Offer[]; why?: FailureReason }
  /** Left out: they want to be answered. */
  | { type: "message_left"; wants?: "callback" }
  | { type: "rated"; score: number | null };

/** What only operators and downstream systems may read: how each handoff went, and what the assistant knew (I-13). */
export type NoteBody =
  | { type: "conversation_began"; sharedId: string; visitor: VisitorFacts; variant?: string }
  | {
      type: "handoff_initiated";
      handoff: HandoffId;
      by: AskedBy;
      /** By name, where one has asked. */
      operator?: string;
      destination: string | null;
      reason: string | null;
      utterance: string | null;
      assistantChat: string | null;
      sharedId: string;
    }
  /** `lacks`: what should be known where the handoff goes, and is not (F2). */
  | { type: "context"; handoff: HandoffId; look: ContextLook | BroughtContext; lacks?: string[] }
  /** What the desk had no room for, by name. */
  | { type: "context_dropped"; handoff: HandoffId; keys: string[] }
  | { type: "routed"; handoff: HandoffId; connector: string; queue: string | null; urgent: boolean; because: string }
  | { type: "led_to_phone"; handoff: HandoffId; phone: PhoneLine; because: string }
  | { type: "try_failed"; handoff: HandoffId; cause: string }
  /** `next`: the handoff that came of it. */
  | {
      type: "steered";
      handoff: HandoffId;
      id: string;
      operator: string;
      did: Steering["did"];
      destination: string | null;
      next: HandoffId | null;
    }
  | { type: "queued"; handoff: HandoffId; vendorChat: VendorChat }
  | { type: "handoff_completed"; handoff: HandoffId; agent: Agent | null }
  | { type: "agent_changed"; handoff: HandoffId; agent: Agent | null }
  | { type: "handoff_failed"; handoff: HandoffId; cause: FailureReason }
  | { type: "fell_back"; handoff: HandoffId; to: string[] }
  | { type: "message_left"; handoff: HandoffId; id: string; wants?: "callback" }
  | { type: "handoff_ended"; handoff: HandoffId; by: EndedBy; wasLive: boolean }
  | { type: "answer_dropped"; to: string | null }
  | { type: "news_dropped"; handoff: HandoffId; news: string }
  | { type: "rated"; score: number | null; comment: string | null }
  | { type: "transcript_wanted" }
  | { type: "page_told"; attributes: Told }
  | { type: "conversation_ended"; by: EndedBy }
  | ({ type: "outcome_reported"; handoff: HandoffId | null } & Outcome)
  /** A page of what a `job` had to tell a visitor without a browser was taken by the platform, under its name `ref`. */
  | { type: "visitor_told"; job: number; page: number; ref: string }
  /** What was to be told is not, or did not arrive. `why`: `opted_out`, or the platform's code. */
  | { type: "visitor_missed"; what: { job: number } | { ref: string }; why: string }
  /**
   * Of a thread: what its visitor wishes, by which message (`null`: the platform says so) or told by which operator, and which
   * conversation was begun in it. `saw`: the number of the last wish that the operator knew of (0: none).
   */
  | { type: "opted_out" | "opted_in"; message: string | null; operator?: string; saw?: number }
  | { type: "conversation_joined"; conversation: string }
  /** Of no conversation: what operators are told of without looking. */
  | { type: "alert_fired"; alert: string; says: string }
  | { type: "alert_over"; alert: string }
  /** What the assistant's platform tells of a handoff's conversation afterwards. */
  | ({ type: "looked_back"; handoff: HandoffId } & LookedBack)
  /** Of no conversation: the platform has signalled it, and nobody here has seen it. */
  | {
      type: "handoff_missed";
      site: string;
      chat: string;
      startedAt: string;
      destination: string | null;
      reason: string | null;
      conversation: string | null;
    }
  | { type: "erased"; by: "visitor" | "operator" }
  | { type: "desk_told"; connector: string; outcome: Forgotten }
  | { type: "copies_erased"; where: "files" | "exports"; count: number | null };

/** `at`: when it was read. `hasTranscript: false`: there were turns, and the project does not let them out. */
export interface LookedBack {
  at: string;
  turns: number | null;
  hasTranscript: boolean;
  seconds: number | null;
  /** By the platform's own names. */
  metrics: Record<string, string | string[]>;
}
