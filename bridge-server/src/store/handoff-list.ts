import type { HandoffRecord, HandoffState } from "../conversation/handoff.ts";
import { iso } from "./values.ts";

/** A handoff as it stands, without what was said and known in it. Erased: nothing is left of it but that there was one. */
export interface ListedHandoff {
  /** Counts what happened to handoffs. The greatest is the latest. */
  change: number;
  site: string;
  conversation: string;
  id: string;
  sharedId: string | null;
  assistantChat: string | null;
  by: HandoffRecord["by"] | null;
  destination: string | null;
  reason: string | null;
  /** `null` once it is erased. */
  state: HandoffState | null;
  stage: HandoffRecord["stage"] | "erased";
  cause: string | null;
  topicState: string | null;
  connector: string | null;
  queue: string | null;
  /** By name. */
  agent: string | null;
  /** Tries that failed and were repeated. */
  tries: number;
  fellBackTo: string[];
  resolution: string | null;
  /** What happened to it last. */
  step: string;
  /** ISO 8601. */
  beganAt: string;
  changedAt: string;
  /** When the first person came. */
  acceptedAt: string | null;
}

/** Which handoffs are wanted, the latest to begin first. What is left out does not matter. */
export interface HandoffQuery {
  site?: string | undefined;
  state?: string | undefined;
  stage?: string | undefined;
  destination?: string | undefined;
  reason?: string | undefined;
  connector?: string | undefined;
  conversation?: string | undefined;
  topicState?: string | undefined;
  /** Began then or later. ISO 8601. */
  since?: string | undefined;
  /** Began earlier than that. ISO 8601. */
  until?: string | undefined;
  /** What its id, its shared id or its conversation's id begins with. */
  text?: string | undefined;
  /** Where the page before ended. */
  before?: HandoffCursor | undefined;
  limit: number;
}

export interface HandoffCursor {
  beganAt: string;
  number: number;
}

/** One page. `next` is `null` on the last. */
export interface HandoffPage {
  handoffs: ListedHandoff[];
  next: HandoffCursor | null;
}

/** What differs between databases that otherwise take the same words. */
export interface Dialect {
  table: string;
  parameter(n: number): string;
  time(iso: string): unknown;
}

const COLUMNS = `number, change, site, conversation, id, shared_id, assistant_chat, requested_by, destination, reason, state, stage, cause,
  topic_state, connector, queue, agent, tries, fell_back_to, resolution, step, began_at, changed_at, accepted_at`;
const EQUAL = {
  site: "site",
  state: "state",
  stage: "stage",
  destination: "destination",
  reason: "reason",
  connector: "connector",
  conversation: "conversation",
  topicState: "topic_state",
} as const;
const BEGINS_ALIKE = ["id", "shared_id", "conversation"];
/** Sorts after every character. */
const LAST_CHARACTER = "\u{10ffff}";

/** The statement for one page and one row more, which tells whether there is another page. It is named after what it asks. */
export function pageStatement(query: HandoffQuery, { table, parameter, time }: Dialect): { name: string; text: string; values: unknown[] } {
  const values: unknown[] = [];
  const asked: string[] = [];
  const put = (value: unknown) => parameter(values.push(value));
  const conditions: string[] = [];
  const ask = (name: string, condition: string) => void (asked.push(name), conditions.push(condition));
  for (const [filter, column] of Object.entries(EQUAL)) {
    const value = query[filter as keyof typeof EQUAL]; // the keys of a constant
    if (value !== undefined) ask(filter, `${column} = ${put(value)}`);
  }
  if (query.since) ask("since", `began_at >= ${put(time(query.since))}`);
  if (query.until) ask("until", `began_at < ${put(time(query.until))}`);
  if (query.text) {
    // Looked up first, each in its own index: an OR would rather have the whole list read.
    const [from, to] = [put(query.text), put(query.text + LAST_CHARACTER)];
    const found = BEGINS_ALIKE.map((column) => `SELECT number FROM ${table} WHERE ${column} >= ${from} AND ${column} < ${to}`);
    ask("text", `number IN (${found.join(" UNION ")})`);
  }
  if (query.before) {
    const { beganAt, number } = query.before;
    ask("before", `(began_at, number) < (${put(time(beganAt))}, ${put(number)})`);
  }
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  return {
    name: `baton_handoffs_2_${asked.join("_")}`,
    text: `SELECT ${COLUMNS} FROM ${table}${where} ORDER BY began_at DESC, number DESC LIMIT ${put(query.limit + 1)}`,
    values,
  };
}

export const changesStatement = ({ table, parameter }: Dialect) => ({
  name: "baton_handoff_changes_2",
  text: `SELECT ${COLUMNS} FROM ${table} WHERE change > ${parameter(1)} ORDER BY change LIMIT ${parameter(2)}`,
});

export const lastChangeStatement = ({ table }: Dialect) => ({
  name: "baton_handoff_last_change_1",
  text: `SELECT max(change) AS change FROM ${table}`,
});

/** As both databases give it: one has times, the other milliseconds. */
export interface HandoffRow {
  number: number;
  change: number;
  site: string;
  conversation: string;
  id: string;
  shared_id: string | null;
  assistant_chat: string | null;
  requested_by: ListedHandoff["by"];
  destination: string | null;
  reason: string | null;
  state: ListedHandoff["state"];
  stage: ListedHandoff["stage"];
  cause: string | null;
  topic_state: string | null;
  connector: string | null;
  queue: string | null;
  agent: string | null;
  tries: number;
  fell_back_to: string | null;
  resolution: string | null;
  step: string;
  began_at: Date | number;
  changed_at: Date | number;
  accepted_at: Date | number | null;
}

export function listedFrom(row: HandoffRow): ListedHandoff {
  const { change, site, conversation, id, destination, reason, state, stage, cause, connector, queue, agent, tries, resolution, step } =
    row;
  return {
    change,
    site,
    conversation,
    id,
    sharedId: row.shared_id,
    assistantChat: row.assistant_chat,
    by: row.requested_by,
    destination,
    reason,
    state,
    stage,
    cause,
    topicState: row.topic_state,
    connector,
    queue,
    agent,
    tries,
    fellBackTo: row.fell_back_to === null ? [] : (JSON.parse(row.fell_back_to) as string[]), // written by `fell_back` alone
    resolution,
    step,
    beganAt: iso(row.began_at),
    changedAt: iso(row.changed_at),
    acceptedAt: row.accepted_at === null ? null : iso(row.accepted_at),
  };
}

export function pageFrom(rows: HandoffRow[], limit: number): HandoffPage {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { handoffs: rows.slice(0, limit).map(listedFrom), next: last ? { beganAt: iso(last.began_at), number: last.number } : null };
}
