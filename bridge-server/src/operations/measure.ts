import type { HeldWatch } from "../hold/hold.ts";
import type { Decision, Job, NewFact } from "../store/store.ts";

/** Whoever counts. Every number about the bridge is told here, derived from what passes its ports; what is told must cost next to nothing. */
export interface Measure {
  /** A fact that was new has reached the disk, with everything that was decided. */
  saved(fact: NewFact, decision: Decision): void;
  /** Somebody has let go of a job: with a fact to tell, with nothing to tell, or to come back to it then. */
  released(job: Job, how: "told" | "silent" | Date): void;
  claimed(jobs: Job[]): void;
  /** An operation of the store is over. */
  stored(operation: StoreOperation, seconds: number, isDone: boolean): void;
  /** So many writes reached the disk together. */
  savedTogether(writes: number): void;
  /** A call to another company is over: `ok`, or the kind of its error. */
  called(party: Party, operation: string, outcome: string, seconds: number): void;
  /** A stream of a connector's is being opened. */
  holds(connector: string): HeldWatch;
  /** Somebody had used up an allowance. */
  limited(what: string): void;
  /** A SIP request was answered. `method`: one of those that are known, or `other`. */
  sipAnswered(method: string, status: number): void;
  /** A SIP message came to nothing, by why, or came again. */
  sipDropped(why: string): void;
  /** Somebody was sent away because the bridge had too much to do. */
  shed(what: string): void;
}

export type StoreOperation = "record" | "claim" | "finish";
export type Party = { assistant: string } | { connector: string };

/** Nobody asked for numbers. */
export const unmeasured: Measure = {
  saved() {},
  released() {},
  claimed() {},
  stored() {},
  savedTogether() {},
  called() {},
  holds: () => ({ opened() {}, heard() {}, over() {} }),
  limited() {},
  sipAnswered() {},
  sipDropped() {},
  shed() {},
};
