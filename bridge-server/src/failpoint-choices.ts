import type { Fact } from "./conversation/facts.ts";
import type { Lifecycle } from "./conversation/lifecycle.ts";
import type { EntryBody } from "./conversation/records.ts";
import type { Failpoint } from "./failpoint.ts";
import type { Job } from "./store/store.ts";

// One line of code records every fact, ends every job and writes to every stream; these say which point it is then.

/** The points of one fact: it is on disk with all that follows from it, and those who follow its conversation were told. */
interface FactPoints {
  committed: Failpoint | null;
  hinted: Failpoint | null;
}

/** Which points a fact passes that has led to the lifecycle `after`. */
export function pointsOf(fact: Fact, after: Lifecycle): FactPoints {
  switch (fact.type) {
    case "visitor_said":
      return { committed: after.phase === "automated" ? "T3 line committed" : "V1 line for the agent committed", hinted: null };
    case "assistant_answered":
      if (after.phase === "handoff_initiated") return { committed: "H2 handoff committed with its answer", hinted: null };
      return { committed: "T8 answer committed", hinted: "T9 answer hinted" };
    case "routed":
      return { committed: "H5 attempt committed", hinted: null };
    case "handoff_accepted":
      return { committed: "H8 vendor's chat committed", hinted: null };
    case "agent_joined":
      return { committed: "H11 live committed", hinted: null };
    case "agent_said":
      return { committed: "C5 news applied", hinted: "C6 news hinted" };
    case "delivery_changed":
      return { committed: fact.state === "delivered" ? "V5 delivery committed" : null, hinted: null };
    case "conversation_ended":
    case "signed_out":
    case "vendor_closed":
      return { committed: "X2 end committed", hinted: "X3 end hinted" };
    case "erasure_asked":
      return { committed: "G3 rows gone", hinted: null };
    case "desk_told":
      return { committed: "G5 telling noted", hinted: null };
    default:
      return { committed: null, hinted: null };
  }
}

/** Which point is passed when a job that has nothing to report has been ended. */
export function finishedPoint({ task, lifecycle }: Job): Failpoint | null {
  if (task !== "tell_agent") return null;
  return lifecycle.phase === "live" ? "V5 delivery committed" : "H10 rest of transcript committed";
}

/** Which point is passed when entries have been written to a stream: the last thing that somebody else than the visitor said. */
export function streamedPoint(entries: { body: EntryBody }[]): Failpoint | null {
  const said = entries.findLast(({ body }) => body.type === "said" && body.by !== "visitor")?.body;
  if (said?.type !== "said") return null;
  return said.by === "agent" ? "C7 news streamed" : "T10 answer streamed";
}
