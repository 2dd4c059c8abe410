import * as fc from "fast-check";

/** When a bridge is stopped: one after another, each counted from the start of the process that it strikes. */
export type Strike = { signal: "SIGKILL" | "SIGTERM" } & When;
type When =
  /** At the `nth` moment of requests to the bridge, from the bridge to its assistant, or to its desk, and `laterMs` after that. */
  | { at: "bridge" | "assistant" | "desk"; nth: number; laterMs: number }
  | { at: "ready"; laterMs: number }
  /** While the process is starting. */
  | { at: "start"; laterMs: number };

const signal = fc.oneof(
  { weight: 5, arbitrary: fc.constant("SIGKILL" as const) },
  { weight: 1, arbitrary: fc.constant("SIGTERM" as const) },
);
const moment = (at: "bridge" | "assistant" | "desk", most: number) =>
  fc.record({
    signal,
    at: fc.constant(at),
    nth: fc.integer({ min: 1, max: most }),
    laterMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })), // from the middle of a call to the middle of what follows
  });
const strike: fc.Arbitrary<Strike> = fc.oneof(
  // About as many as a story has, so that every step of it is struck.
  { weight: 3, arbitrary: moment("bridge", 80) },
  { weight: 3, arbitrary: moment("assistant", 14) },
  { weight: 3, arbitrary: moment("desk", 24) },
  { weight: 1, arbitrary: fc.record({ signal, at: fc.constant("ready" as const), laterMs: fc.integer({ min: 0, max: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ signal, at: fc.constant("start" as const), laterMs: fc.integer({ min: 0, max: 400 }) }) },
);

/** The strikes of one story. The same seed gives the same. */
export function strikesOf(seed: number): Strike[] {
  return fc.sample(fc.array(strike, { minLength: 1, maxLength: 4 }), { seed, numRuns: 1 })[0] ?? [];
}

/** The same, politely: a bridge that is asked to stop. */
export function politely(strikes: Strike[]): Strike[] {
  return strikes.map((strike) => ({ ...strike, signal: "SIGTERM" }));
}
