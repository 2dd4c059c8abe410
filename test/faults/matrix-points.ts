import type { Failpoint } from "@baton/bridge-server/failpoint";

/** A place to strike: the bridge stands there, or the visitor does. */
export type Point = Failpoint | "T11 answer shown" | "T12 number remembered";

/** All 45, in the order of a story, each with how often the matrix's story passes it at least: a cell strikes at one of those times. */
export const points: Record<Point, number> = {
  "T1 visitor authenticated": 4,
  "T2 key looked up": 4,
  "T3 line committed": 2,
  "T4 line acknowledged": 4,
  "T5 lease taken": 2,
  "T6 question written": 2,
  "T7 answer read": 2,
  "T8 answer committed": 2,
  "T9 answer hinted": 2,
  "T10 answer streamed": 2,
  "T11 answer shown": 2,
  "T12 number remembered": 2,
  "H1 handoff signal read": 1,
  "H2 handoff committed with its answer": 1,
  "H3 context asked for": 1,
  "H4 context read": 1,
  "H5 attempt committed": 1,
  "H6 opening written": 1,
  "H7 opening answered": 1,
  "H8 vendor's chat committed": 1,
  "H9 rest of transcript written": 1,
  "H10 rest of transcript committed": 1,
  "H11 live committed": 1,
  "H12 assistant's chat closed": 1,
  "V1 line for the agent committed": 2,
  "V2 relay claimed": 2,
  "V3 relay written": 1,
  "V4 relay answered": 1,
  "V5 delivery committed": 1,
  "C1 webhook read": 3,
  "C2 webhook verified": 3,
  "C3 news committed": 3,
  "C4 webhook acknowledged": 3,
  "C5 news applied": 2,
  "C6 news hinted": 2,
  "C7 news streamed": 1,
  "X1 end asked for": 1,
  "X2 end committed": 1,
  "X3 end hinted": 1,
  "X4 other end closed": 1,
  "G1 erasure asked for": 1,
  "G2 tombstone decided": 1,
  "G3 rows gone": 1,
  "G4 desk told": 1,
  "G5 telling noted": 1,
};

export const allPoints = Object.keys(points) as Point[]; // the keys just written

/** `T3`: a point is called by its letter and number where there is little room. */
export const shortName = (point: Point): string => point.slice(0, point.indexOf(" "));

/** At these a request is on its way to somebody, and the cell is void unless it has arrived there. */
export const writtenTo: Partial<Record<Point, "assistant" | "desk">> = {
  "T6 question written": "assistant",
  "H3 context asked for": "assistant",
  "H6 opening written": "desk",
  "H9 rest of transcript written": "desk",
  "V3 relay written": "desk",
};
