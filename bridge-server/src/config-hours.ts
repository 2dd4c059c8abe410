import * as z from "zod";
import type { Hours, Span } from "./conversation/hours.ts";

const MINUTES_OF_DAY = 24 * 60;

const SpanSetting = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, {
    error: 'is not a span: write one such as "09:00-17:30"',
    abort: true,
  })
  .transform((text): Span => {
    const [from = "", until = ""] = text.split("-");
    return { from: minutesOf(from), until: minutesOf(until) };
  })
  .refine(({ from, until }) => from !== until, { error: 'ends when it begins: write "00:00-24:00" for a whole day' });

const DaySetting = z.array(SpanSetting).default([]);

/** Opening hours as a site owner writes them. A span such as `22:00-06:00` ends on the next day. */
export const HoursSetting = z
  .strictObject({
    /** IANA, such as `Europe/London`. */
    timeZone: z.string().refine(isTimeZone, { error: "is not a time zone: write one such as Europe/London" }),
    week: z.strictObject({
      mon: DaySetting,
      tue: DaySetting,
      wed: DaySetting,
      thu: DaySetting,
      fri: DaySetting,
      sat: DaySetting,
      sun: DaySetting,
    }),
    /** Local dates on which nobody is there, such as `2026-12-25`. */
    holidays: z.array(z.iso.date({ error: "is not a date: write one such as 2026-12-25" })).default([]),
  })
  .superRefine(checkWeek);

function checkWeek({ week }: Hours, context: z.core.$RefinementCtx): void {
  // A copy of Monday follows Sunday, so that Sunday night meets Monday morning.
  const spans = (["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon"] as const)
    .flatMap((day, number) => week[day].map((span, at) => ({ day, at, ...onTheWeeksClock(span, number) })))
    .sort((one, other) => one.from - other.from);

  if (spans.length === 0)
    context.addIssue({ code: "custom", path: ["week"], message: 'is never open: write a span such as mon: ["09:00-17:30"]', input: null });

  const told = new Set<string>();
  for (const [at, span] of spans.entries()) {
    const earlier = spans[at - 1];
    if (!earlier || earlier.until <= span.from || told.has(`${span.day} ${span.at}`)) continue;
    told.add(`${span.day} ${span.at}`);
    const message = `overlaps with ${earlier.day}[${earlier.at}]: write one span for both`;
    context.addIssue({ code: "custom", path: ["week", span.day, span.at], message, input: null });
  }
}

function onTheWeeksClock({ from, until }: Span, day: number): Span {
  const start = day * MINUTES_OF_DAY;
  return { from: start + from, until: start + until + (until <= from ? MINUTES_OF_DAY : 0) };
}

function minutesOf(time: string): number {
  const [hours = "", minutes = ""] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // what the constructor throws for a name it does not know
  }
}
