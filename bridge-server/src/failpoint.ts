import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import type { EventEmitter } from "node:events";

/**
 * The places at which a bridge is stopped, cut off or killed on purpose, by test/faults/matrix.ts. In the order of a story; each
 * says what has just happened. Two more, of what is rendered, are the visitor's.
 */
export type Failpoint =
  | "T1 visitor authenticated"
  /** The line is new, and what follows from it is being decided: in SQLite within the open transaction. */
  | "T2 key looked up"
  | "T3 line committed"
  | "T4 line acknowledged"
  | "T5 lease taken"
  | "T6 question written"
  | "T7 answer read"
  | "T8 answer committed"
  | "T9 answer hinted"
  | "T10 answer streamed"
  | "H1 handoff signal read"
  | "H2 handoff committed with its answer"
  | "H3 context asked for"
  | "H4 context read"
  | "H5 attempt committed"
  | "H6 opening written"
  | "H7 opening answered"
  | "H8 vendor's chat committed"
  /** The transcript goes with the opening, in one piece. Its later parts are the lines said while nobody had joined yet. */
  | "H9 rest of transcript written"
  | "H10 rest of transcript committed"
  | "H11 live committed"
  | "H12 assistant's chat closed"
  | "V1 line for the agent committed"
  | "V2 relay claimed"
  | "V3 relay written"
  | "V4 relay answered"
  | "V5 delivery committed"
  | "C1 webhook read"
  | "C2 webhook verified"
  | "C3 news committed"
  | "C4 webhook acknowledged"
  | "C5 news applied"
  | "C6 news hinted"
  | "C7 news streamed"
  | "X1 end asked for"
  | "X2 end committed"
  | "X3 end hinted"
  /** The vendor's; the assistant's was closed when the agent came, or is by a job of its own. */
  | "X4 other end closed"
  | "G1 erasure asked for"
  /** What was kept goes in the same transaction, so G3 follows when both are on disk. */
  | "G2 tombstone decided"
  | "G3 rows gone"
  | "G4 desk told"
  | "G5 telling noted";

const reached = channel("baton:failpoint");

/** Tells whoever listens on the channel `baton:failpoint` and goes on when they return. Nobody listens outside of tests. */
export function failpoint(point: Failpoint | null | undefined): void {
  if (point && reached.hasSubscribers) reached.publish(point);
}

/** A call to somebody else's system: one point when its request has been written, another when it was answered. One that fails is not. */
export async function failpointsAround<T>(written: Failpoint, call: () => Promise<T>, answered: Failpoint | null): Promise<T> {
  const answer = await (reached.hasSubscribers ? writing.run(written, call) : call());
  failpoint(answered);
  return answer;
}

const writing = new AsyncLocalStorage<Failpoint>();

/** The point of a request that is being made, for whoever writes it. */
export const writtenPoint = (): Failpoint | null => writing.getStore() ?? null;

/** The same as `failpoint`, when the system has all of an answer. */
export function failpointWhenSent(answer: EventEmitter, point: Failpoint): void {
  if (reached.hasSubscribers) answer.once("finish", () => reached.publish(point));
}
