/** When people are there: spans of the local day, by weekday, but not on the days named. */
export interface Hours {
  /** IANA, such as `Europe/London`. */
  timeZone: string;
  week: Record<Day, Span[]>;
  /** Local dates, such as `2026-12-25`. */
  holidays: string[];
}

export type Day = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** Minutes of the local day, `until` not included. A span whose `until` is not after its `from` ends on the next day. */
export interface Span {
  from: number;
  until: number;
}

/**
 * Whether people are there at this moment, by the clock on their wall: a span means what it says on days with a change of the clock, too.
 * On a holiday nobody is there from midnight to midnight, and a shift that would begin on one does not take place.
 */
export function isOpen(hours: Hours, at: Date): boolean {
  const now = wallClock(hours.timeZone, at);
  if (hours.holidays.includes(now.date)) return false;
  if (hours.week[now.day].some((span) => now.minute >= span.from && (now.minute < span.until || isOvernight(span)))) return true;

  const yesterday = dayBefore(now.date);
  if (hours.holidays.includes(yesterday.date)) return false;
  return hours.week[yesterday.day].some((span) => isOvernight(span) && now.minute < span.until);
}

function isOvernight({ from, until }: Span): boolean {
  return until <= from;
}

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const satisfies Day[];

function wallClock(timeZone: string, at: Date): { date: string; day: Day; minute: number } {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  return { date, day: dayOf(date), minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

function dayBefore(date: string): { date: string; day: Day } {
  const before = new Date(Date.parse(date) - 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
  return { date: before, day: dayOf(before) };
}

/** A date without a time is read as UTC, where every day has 24 hours. */
function dayOf(date: string): Day {
  return days[new Date(date).getUTCDay() as 0 | 1 | 2 | 3 | 4 | 5 | 6]; // what `getUTCDay` promises, and its type does not say
}

// Making a formatter costs a hundred times what using it does.
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  clocks.set(timeZone, clock);
  return clock;
}
