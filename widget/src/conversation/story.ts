import type { EndedBy, Entry, EntryBody, FailureReason, Offer, Phase } from "@baton/bridge-server/protocol";

/** What the visitor is shown of a conversation, in order. */
export interface Story {
  shown: Shown[];
  phase: Phase;
  /** The person who answers, while there is one. */
  agent: string | null;
  queue: { position: number | null; waitSeconds: number | null };
  failure: FailureReason | null;
  endedBy: EndedBy | null;
  offers: Offer[];
  /** What the visitor has left for whoever comes next. */
  hasLeft: "message" | "callback" | null;
  /** `null` before the visitor has rated or skipped it. */
  rated: { score: number | null } | null;
  /** A line that the assistant owes an answer. */
  unanswered: string | null;
  /** BCP 47: what the assistant has gone on in, if it has said so. */
  language: string | null;
  /** Seconds until silence ends the chat, since the last warning. */
  endsInSeconds: number | null;
}

export type Shown = ShownLine | ShownNotice;

export interface ShownLine extends Said {
  kind: "line";
  seq: number;
  at: string;
  /** How it went after the person's side had to be told. */
  delivery: "delayed" | "undelivered" | null;
  /** Why the assistant will not answer it. */
  lost: Lost | null;
}

/** Something that happened, in a line of its own. */
interface ShownNotice {
  kind: "notice";
  seq: number;
  at: string;
  what: Notice;
}

export type Notice = Extract<EntryBody, { type: "agent_joined" | "agent_left" | "transferred" | "assistant_restarted" | "message_left" }>;
type Lost = Extract<EntryBody, { type: "answer_lost" }>["why"];
type Said = Omit<Extract<EntryBody, { type: "said" }>, "type">;

const beginning: Story = {
  shown: [],
  phase: "automated",
  agent: null,
  queue: { position: null, waitSeconds: null },
  failure: null,
  endedBy: null,
  offers: [],
  hasLeft: null,
  rated: null,
  unanswered: null,
  language: null,
  endsInSeconds: null,
};

/** Reads the entries from the first to the last. What a newer bridge adds and this widget does not know is left out. */
export function storyOf(entries: Entry[]): Story {
  const story: Story = { ...beginning, shown: [] };
  const lines = new Map<string, ShownLine>();
  for (const entry of entries) tell(story, lines, entry);
  return story;
}

function tell(story: Story, lines: Map<string, ShownLine>, { seq, at, body }: Entry): void {
  switch (body.type) {
    case "said": {
      const line: ShownLine = { kind: "line", ...body, seq, at, delivery: null, lost: null };
      lines.set(body.id, line);
      story.shown.push(line);
      story.endsInSeconds = null;
      if (body.by !== "visitor") story.unanswered = null;
      else if (story.phase === "automated") story.unanswered = body.id;
      return;
    }
    case "phase_changed":
      Object.assign(story, { phase: body.phase, failure: body.reason ?? null, endedBy: body.by ?? null, endsInSeconds: null });
      if (body.phase !== "automated") story.unanswered = null;
      if (body.phase !== "live") story.agent = null;
      if (body.phase !== "queued") story.queue = beginning.queue;
      if (body.phase !== "failed" && body.phase !== "ended") story.offers = [];
      return;
    case "queue_moved":
      story.queue = body;
      return;
    case "agent_joined":
      story.agent = body.name;
      break;
    case "agent_left":
    case "transferred":
      story.agent = null;
      break;
    case "answer_lost": {
      const line = lines.get(body.to);
      if (line) line.lost = body.why;
      if (story.unanswered === body.to) story.unanswered = null;
      return;
    }
    case "delivery":
      for (const id of body.lines) {
        const line = lines.get(id);
        if (line) line.delivery = body.state === "delivered" ? null : body.state;
      }
      return;
    case "silence_warning":
      story.endsInSeconds = body.endsInSeconds;
      return;
    case "offers":
      story.offers = body.offers;
      return;
    case "rated":
      story.rated = body;
      return;
    case "message_left":
      story.hasLeft = body.wants ?? "message";
      break;
    case "language_changed":
      story.language = body.language;
      return;
    case "assistant_restarted":
      break;
    default:
      return body satisfies never;
  }
  story.shown.push({ kind: "notice", seq, at, what: body });
}
