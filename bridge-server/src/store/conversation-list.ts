import type { HandoffState } from "../conversation/handoff.ts";
import type { EndedBy, Phase } from "../conversation/lifecycle.ts";
import type { Dialect } from "./handoff-list.ts";
import type { ConversationKey, Name } from "./store.ts";
import { iso } from "./values.ts";

/** A conversation as it stands, without what was said in it. */
export interface ListedConversation {
  site: string;
  id: string;
  phase: Phase;
  /** `null` while it goes on. */
  endedBy: EndedBy | null;
  /** BCP 47: the one that the visitor's page was in. */
  language: string | null;
  /** ISO 8601. */
  beganAt: string;
  /** When something was last said or became of it. */
  lastAt: string;
  handoffs: number;
  /** Of the latest handoff. */
  state: HandoffState | null;
}

/** Which conversations are wanted, the latest to begin first. What is left out does not matter. */
export interface ConversationQuery {
  site?: string | undefined;
  phase?: Phase | undefined;
  /** Began then or later. ISO 8601. */
  since?: string | undefined;
  /** Began earlier than that. ISO 8601. */
  until?: string | undefined;
  /** What its id begins with; `or` is wanted all the same. */
  text?: { begins: string; or: ConversationKey | null } | undefined;
  /** Where the page before ended. */
  before?: ConversationCursor | undefined;
  limit: number;
}

export interface ConversationCursor extends ConversationKey {
  beganAt: string;
}

/** One page. `next` is `null` on the last. */
export interface ConversationPage {
  conversations: ListedConversation[];
  next: ConversationCursor | null;
}

/** Where a database keeps its tables, and what it calls the order of bytes and the time of the last entry. */
export interface ConversationDialect extends Dialect {
  schema: "" | "baton.";
  byBytes: "" | ' COLLATE "C"';
  lastAt: string;
}

/** Under other keys it is noted who has opted out on a channel, and which alerts have fired. Nothing is ever said there. */
const IS_A_CONVERSATION = "substr(c.id, 1, 7) <> 'thread:' AND c.site <> ''";
/** Sorts after every character. */
const LAST_CHARACTER = "\u{10ffff}";

/** The statement for one page and one row more, which tells whether there is another page. It is named after what it asks. */
export function conversationsStatement(query: ConversationQuery, dialect: ConversationDialect) {
  const { schema, byBytes, table, parameter, time, lastAt } = dialect;
  const values: unknown[] = [];
  const put = (value: unknown) => parameter(values.push(value));
  const asked: string[] = [];
  const conditions = ["c.began_at IS NOT NULL", IS_A_CONVERSATION];
  const ask = (name: string, condition: string) => void (asked.push(name), conditions.push(condition));
  if (query.site !== undefined) ask("site", `c.site = ${put(query.site)}`);
  if (query.phase !== undefined) ask("phase", `c.lifecycle ->> 'phase' = ${put(query.phase)}`);
  if (query.since) ask("since", `c.began_at >= ${put(time(query.since))}`);
  if (query.until) ask("until", `c.began_at < ${put(time(query.until))}`);
  if (query.text) {
    const { begins, or } = query.text;
    const id = `id${byBytes}`;
    // Looked up first, in the index of ids: a list in order would be read to its end for one that is not there.
    const found = `SELECT site, id FROM ${schema}conversation WHERE ${id} >= ${put(begins)} AND ${id} < ${put(begins + LAST_CHARACTER)}`;
    const other = or && ` UNION SELECT CAST(${put(or.site)} AS text), CAST(${put(or.id)} AS text)`;
    ask(or ? "text_or" : "text", `(c.site, c.id) IN (${found}${other ?? ""})`);
  }
  if (query.before) {
    const { beganAt, site, id } = query.before;
    ask("before", `(c.began_at, c.site, c.id) < (${put(time(beganAt))}, ${put(site)}, ${put(id)})`);
  }
  const its = `handoff.site = c.site AND handoff.conversation = c.id${byBytes}`;
  const text = `SELECT c.site, c.id, c.lifecycle ->> 'phase' AS phase, c.lifecycle ->> 'by' AS ended_by, c.began_at, ${lastAt} AS last_at,
      (SELECT body -> 'visitor' ->> 'language' FROM ${schema}note 
        WHERE note.site = c.site AND note.conversation = c.id AND note.seq = 1) AS language,
      (SELECT count(*) FROM ${table} WHERE ${its}) AS handoffs,
      (SELECT state FROM ${table} WHERE number = (SELECT max(number) FROM ${table} WHERE ${its})) AS state
    FROM ${schema}conversation AS c WHERE ${conditions.join(" AND ")}
    ORDER BY c.began_at DESC, c.site DESC, c.id DESC LIMIT ${put(query.limit + 1)}`;
  return { name: `baton_conversations_2_${asked.join("_")}`, text, values };
}

/** As both databases give it: one has times and counts as numbers, the other milliseconds. */
export interface ListedConversationRow {
  site: string;
  id: string;
  phase: Phase;
  ended_by: EndedBy | null;
  language: string | null;
  began_at: Date | number;
  last_at: Date | number;
  handoffs: number;
  state: HandoffState | null;
}

export function conversationsFrom(rows: ListedConversationRow[], limit: number): ConversationPage {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    conversations: rows.slice(0, limit).map(({ site, id, phase, ended_by: endedBy, language, handoffs, state, ...times }) => {
      return { site, id, phase, endedBy, language, beganAt: iso(times.began_at), lastAt: iso(times.last_at), handoffs, state };
    }),
    next: last ? { beganAt: iso(last.began_at), site: last.site, id: last.id } : null,
  };
}

/** A name as both databases give it. */
export interface NameOf {
  kind: Name["kind"];
  value: string;
  handoff: string | null;
}

export function nameFrom({ kind, value, handoff }: NameOf): Name {
  return handoff === null ? { kind, value } : { kind, value, handoff };
}
