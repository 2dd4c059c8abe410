// What the bridge answers operators, as far as the console reads it. `test/journeys/console-shapes.test.ts` holds it to the bridge's own.

/** A handoff in a list or a change: as it stands, without what was said and known in it. */
export interface ListedHandoff {
  id: string;
  site: string;
  conversation: string;
  shared_id: string | null;
  assistant_conversation_id: string | null;
  /** `null` once it is erased. */
  state: string | null;
  topic_state: string | null;
  stage: Stage;
  cause: string | null;
  requested_by: string | null;
  destination: string | null;
  reason: string | null;
  connector: string | null;
  queue: string | null;
  agent: string | null;
  /** Tries that failed and were repeated. */
  tries: number;
  fell_back_to: string[];
  resolution: string | null;
  step: string;
  began_at: string;
  /** When the first person came. */
  accepted_at: string | null;
  changed_at: string;
  /** Counts what happened to handoffs, so that the greater is the later. */
  change: number;
}

export type Stage = "initiated" | "queued" | "live" | "ended" | "abandoned" | "failed" | "erased";

export interface HandoffPage {
  handoffs: ListedHandoff[];
  /** The cursor of the next page. */
  next: string | null;
  /** The last change that the page surely knows of. */
  change: number;
}

/** One handoff with everything that is known about it. */
export interface Handoff {
  id: string;
  shared_id: string;
  assistant_conversation_id: string | null;
  state: string;
  topic_state: string | null;
  stage: Exclude<Stage, "erased">;
  cause: string | null;
  requested_by: string;
  destination: string | null;
  reason: string | null;
  utterance: string | null;
  route: { connector: string; queue: string | null; urgent: boolean; because: string } | null;
  chat: { connector: string; ref: string } | null;
  agent: { id: string | null; name: string } | null;
  outcome: { resolution: string | null; wrap_up: string | null; rating: number | null } | null;
  context: {
    state: string | null;
    source: string | null;
    read_at: string | null;
    data: Record<string, unknown> | null;
    dropped: string[];
  };
  history: Step[];
}

export interface Step {
  state: string;
  step: string;
  at: string;
  cause: string | null;
  /** The operator's name, where one did it by hand. */
  by: string | null;
}

/** What an operator has done about a handoff: `handoff` is the one to look at from now on. */
export interface Steered {
  site: string;
  conversation: string;
  handoff: string;
}

/** A conversation's handoffs, oldest first. */
export interface FoundHandoffs {
  site: string;
  conversation: string;
  handoffs: Handoff[];
}
