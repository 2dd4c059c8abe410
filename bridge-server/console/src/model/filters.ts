import type { Query } from "../api/api.ts";
import type { ListedHandoff } from "../api/answers.ts";
import { midnightBefore } from "../times.ts";

/** What a list is narrowed to, as it stands in the address. Every one is a word of the bridge's own, but for `range`. */
export type Filters = Partial<Record<(typeof names)[number], string>>;

const names = [
  "site",
  "stage",
  "state",
  "phase",
  "destination",
  "reason",
  "topic_state",
  "connector",
  "text",
  "range",
  "since",
  "until",
] as const;

const HOUR = 60 * 60_000;

/** Times that move on by themselves. */
export const ranges = { hour: "Last hour", today: "Today", day: "Last 24 hours", week: "Last 7 days" } as const;
type Range = keyof typeof ranges;

/** What the bridge takes at least of an id. */
export const SHORTEST_TEXT = 4;

/** What an address says that is not empty. Anything else in it is nobody's. */
export function filtersIn(search: string): Filters {
  const given = new URLSearchParams(search);
  return Object.fromEntries(names.flatMap((name) => (given.get(name) ? [[name, given.get(name)]] : [])));
}

/** The same filters give the same address, in whichever order they were chosen. */
export function searchOf(filters: Filters): string {
  const given = names.flatMap((name) => (filters[name] ? [[name, filters[name]]] : []));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}

/** How the bridge is asked for it. An id that is still too short to look for is left out. */
export function queryOf({ range, since, until, text, ...rest }: Filters, now: number): Query {
  return {
    ...rest,
    ...(text && text.length >= SHORTEST_TEXT && { text }),
    since: since ? instant(since) : isRange(range) ? new Date(beginOf(range, now)).toISOString() : undefined,
    until: until ? instant(until) : undefined,
  };
}

/** Whether a handoff belongs into such a list, as the bridge would say. */
export function isWanted(handoff: ListedHandoff, filters: Filters, now: number): boolean {
  const { since, until, text, ...equal } = queryOf(filters, now);
  if (Object.entries(equal).some(([name, value]) => handoff[name as keyof ListedHandoff] !== value)) return false; // the names of `Filters`
  const began = Date.parse(handoff.began_at);
  if (since !== undefined && began < Date.parse(String(since))) return false;
  if (until !== undefined && began >= Date.parse(String(until))) return false;
  return text === undefined || [handoff.id, handoff.shared_id, handoff.conversation].some((id) => id?.startsWith(String(text)));
}

function beginOf(range: Range, now: number): number {
  switch (range) {
    case "hour":
      return now - HOUR;
    case "today":
      return midnightBefore(now);
    case "day":
      return now - 24 * HOUR;
    case "week":
      return now - 7 * 24 * HOUR;
  }
}

const isRange = (word: string | undefined): word is Range => word !== undefined && Object.hasOwn(ranges, word);

/** What stands in the address is local and has no seconds, as its field gives it. What is no time asks for nothing. */
function instant(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
