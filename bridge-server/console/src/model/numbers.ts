import type { Query } from "../api/api.ts";

const DAY_MS = 24 * 60 * 60_000;

/** By what numbers can be told apart, in the words of the page. */
export const groupings = {
  destination: "Destination",
  reason: "Reason",
  topic_state: "Topic state",
  cause: "Cause of failure",
  variant: "Assistant variant",
  language: "Language",
  site: "Site",
} as const;
export type Grouping = keyof typeof groupings;

export const spans = { "7": "7 days", "28": "28 days", "90": "90 days", "365": "365 days" } as const;
type Span = keyof typeof spans;

/** Which numbers are wanted, as it stands in the address. */
export interface Wanted {
  site: string | undefined;
  by: Grouping;
  days: Span;
}

export function wantedIn(search: string): Wanted {
  const given = new URLSearchParams(search);
  const by = given.get("by") ?? "";
  const days = given.get("days") ?? "";
  return {
    site: given.get("site") || undefined,
    by: Object.hasOwn(groupings, by) ? (by as Grouping) : "destination",
    days: Object.hasOwn(spans, days) ? (days as Span) : "28",
  };
}

/** What is usual is left out. */
export function searchOfNumbers({ site, by, days }: Wanted): string {
  const said = [
    ["by", by === "destination" ? "" : by],
    ["days", days === "28" ? "" : days],
    ["site", site ?? ""],
  ].filter(([, value]) => value !== "") as [string, string][];
  return said.length > 0 ? `?${new URLSearchParams(said)}` : "";
}

/** How the bridge is asked for it. */
export function numbersQuery({ site, by, days }: Wanted, now: number): Query {
  return { by, site, since: dayOf(now - (Number(days) - 1) * DAY_MS), until: dayOf(now) };
}

/** Every day from the first to the last, also those on which nothing happened. */
export function everyDay<Day extends { day: string }>(since: string, until: string, days: Day[]): { day: string; told: Day | null }[] {
  const told = new Map(days.map((one) => [one.day, one]));
  const count = Math.round((Date.parse(until) - Date.parse(since)) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, n) => dayOf(Date.parse(since) + n * DAY_MS)).map((day) => ({
    day,
    told: told.get(day) ?? null,
  }));
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
