/** A handoff as `GET /v1/handoffs?id=` tells of it. */
export interface HandoffView {
  id: string;
  shared_id: string;
  assistant_conversation_id: string | null;
  state: string;
  topic_state: string | null;
  stage: string;
  cause: string | null;
  requested_by: string;
  destination: string | null;
  reason: string | null;
  utterance: string | null;
  route: { connector: string; queue: string | null; urgent: boolean; because: string } | null;
  looked_back: object | null;
  chat: { connector: string; ref: string } | null;
  agent: { id: string | null; name: string } | null;
  context: {
    state: string | null;
    source: string | null;
    read_at: string | null;
    data: Record<string, unknown> | null;
    lacks: string[];
    dropped: string[];
  };
  why_not: Record<"retry" | "reroute" | "close", string | null>;
  history: { state: string; step: string; at: string; cause: string | null; by: string | null }[];
}
