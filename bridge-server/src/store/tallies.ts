/** By what handoffs can be counted. `day` and `site` count each once; the others by what it has there, or by nothing. */
export const tallyDimensions = ["day", "site", "destination", "reason", "topic_state", "cause", "variant", "language"] as const;
export type TallyDimension = (typeof tallyDimensions)[number];

/** What happened on some days, counted by one thing. `since` and `until` are days of UTC, `2026-11-22`, both of them counted. */
export interface TallyQuery {
  by: TallyDimension;
  since: string;
  until: string;
  site?: string | undefined;
}

/** How many, and how long together. Handoffs and conversations count on the day on which they began, erased ones as they stood then. */
export interface Tally {
  /** `null`: it has none. What may be a sentence is "other". */
  value: string | null;
  /** Only by day, site, variant and language: of a conversation nothing else is known. */
  conversations: number;
  /** Of these, those with a handoff or more. */
  handedOff: number;
  handoffs: number;
  queued: number;
  accepted: number;
  /** From the wish to the person, of the accepted together. */
  acceptedMs: number;
  leftQueue: number;
  queueMs: number;
  failed: number;
  /** Those whose visitor was given something else instead, another desk included. */
  fellBack: number;
  abandoned: number;
}

/** The statement for one count, along the key of its table: it reads as much as there are days and values, never a handoff. */
export function tallyStatement({ by, since, until, site }: TallyQuery, schema: "" | "baton.", parameter: (n: number) => string) {
  const [dimension, key] = by === "day" ? ["all", "CAST(day AS text)"] : by === "site" ? ["all", "site"] : [by, "value"];
  const values = [dimension, since, until, ...(site === undefined ? [] : [site])];
  const sums = COLUMNS.map((column) => `CAST(sum(${column}) AS bigint) AS ${column}`).join(", ");
  return {
    name: `baton_tally_1_${by}${site === undefined ? "" : "_site"}`,
    text: `SELECT ${key} AS value, ${sums} FROM ${schema}tally
      WHERE dimension = ${parameter(1)} AND day >= ${parameter(2)} AND day <= ${parameter(3)}${site === undefined ? "" : ` AND site = ${parameter(4)}`}
      GROUP BY ${key}`,
    values,
  };
}

const COLUMNS = [
  "conversations",
  "handed_off",
  "handoffs",
  "queued",
  "accepted",
  "accepted_ms",
  "left_queue",
  "queue_ms",
  "failed",
  "fell_back",
  "abandoned",
] as const;

export type TallyRow = Record<(typeof COLUMNS)[number], number> & { value: string };

/** The rows that count anything: of what was counted and then elsewhere, zeros remain. The most first, or day by day. */
export function talliesFrom(rows: TallyRow[], by: TallyDimension): Tally[] {
  const all = rows.map(
    ({ value, handed_off: handedOff, accepted_ms: acceptedMs, left_queue: leftQueue, queue_ms: queueMs, fell_back: fellBack, ...rest }) => {
      return { ...rest, value: value === "" ? null : value, handedOff, acceptedMs, leftQueue, queueMs, fellBack };
    },
  );
  const counted = all.filter(({ conversations, handoffs }) => conversations > 0 || handoffs > 0);
  const byValue = (one: Tally, other: Tally) => ((one.value ?? "") < (other.value ?? "") ? -1 : 1);
  if (by === "day") return counted.sort(byValue);
  return counted.sort((one, other) => other.handoffs - one.handoffs || other.conversations - one.conversations || byValue(one, other));
}

/** What is counted of a day on which nothing happened. */
export const NOTHING = {
  conversations: 0,
  handedOff: 0,
  handoffs: 0,
  queued: 0,
  accepted: 0,
  acceptedMs: 0,
  leftQueue: 0,
  queueMs: 0,
  failed: 0,
  fellBack: 0,
  abandoned: 0,
};
