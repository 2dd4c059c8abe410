/** What the assistant's platform has kept of conversations: for looking back, never for deciding where a visitor goes (E1). */
export interface Past {
  /** Those that began in a span of time, in pages, in whatever order. */
  between(from: Date, to: Date): AsyncIterable<PastConversation[]>;
  /** One of them as it is now; `null`: the platform does not know it. */
  one(chat: string): Promise<PastConversation | null>;
}

/** As the platform tells it. What it leaves out is `null`. */
export interface PastConversation {
  chat: string;
  sharedId: string | null;
  /** ISO 8601. */
  startedAt: string;
  isUnderWay: boolean;
  handoff: { destination: string | null; reason: string | null } | null;
  turns: number | null;
  /** `false`: there were turns, and the project does not let them out. */
  hasTranscript: boolean;
  seconds: number | null;
  /** By the platform's own names. */
  metrics: Record<string, string | string[]>;
}
