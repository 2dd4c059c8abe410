import type { ListedHandoff } from "./handoff-shapes.ts";

export type Phase = "automated" | "handoff_initiated" | "queued" | "live" | "failed" | "ended";

/** A conversation in a list. */
export interface ListedConversation {
  site: string;
  id: string;
  phase: Phase;
  ended_by: string | null;
  language: string | null;
  began_at: string;
  last_at: string;
  /** How many there were. */
  handoffs: number;
  /** Of the last of them. */
  state: string | null;
}

export interface ConversationPage {
  conversations: ListedConversation[];
  /** The cursor of the next page. */
  next: string | null;
}

export interface Conversation {
  site: string;
  id: string;
  phase: Phase;
  ended_by: string | null;
  language: string | null;
  /** Told by the page, so never proof. */
  page: { url: string; title: string } | null;
  /** By the site's own word. */
  visitor: { id: string; name: string | null; email: string | null } | null;
  channel: string | null;
  began_at: string;
  last_at: string;
  names: ConversationName[];
  handoffs: ListedHandoff[];
}

export interface ConversationName {
  kind: string;
  value: string;
  /** Where Agent Studio shows it, if it is PolyAI's name. */
  studio_url: string | null;
}

/** One line of what happened, the assistant's part and the person's alike. */
export interface TranscriptLine {
  seq: number;
  at: string;
  by: { kind: "visitor" | "assistant" | "agent" | "system"; name: string | null };
  kind: string;
  /** As it was said; of anything else a sentence. */
  text: string;
  rich?: { suggestions: { text: string }[]; attachments: { title: string }[]; calls: { title: string }[] };
  language?: string;
}

export interface TranscriptPage {
  lines: TranscriptLine[];
  /** What to ask for more after, or `null`. */
  next: number | null;
}
