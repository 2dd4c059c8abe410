import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { NOTHING, tallyDimensions, type Tally, type TallyDimension } from "../store/tallies.ts";
import type { CountedBy, Counts } from "./number-answers.ts";
import type { HandoffParts } from "./handoffs.ts";
import { queryOf, Text } from "./list-query.ts";
import { mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

const DAY_MS = 24 * 60 * 60_000;
/** So many days unless somebody says otherwise, and at most. */
const USUAL_DAYS = 28;
const MOST_DAYS = 400;
/** Of so many values the numbers are shown, the most frequent; the rest is one sum. */
const MOST_VALUES = 50;

const Day = z.iso.date({ error: "is no day: write one such as 2026-11-22" });

export const NumbersQuery = z.strictObject({
  by: z
    .enum(tallyDimensions)
    .default("destination")
    .describe("What the groups are. PolyAI calls destination HANDOFF_TO and reason HANDOFF_REASON."),
  site: Text.optional(),
  since: Day.optional().describe("The first day that counts, in UTC. Left out: 28 days up to the last."),
  until: Day.optional().describe("The last day that counts. Left out: today."),
});

/** How PolyAI calls the same, so that both sides' numbers can be joined (N2). */
const METRICS: Partial<Record<TallyDimension, "HANDOFF_TO" | "HANDOFF_REASON">> = { destination: "HANDOFF_TO", reason: "HANDOFF_REASON" };

/** What happened on some days, in numbers (N1): read from what was counted as it happened, so it costs the same however much that was. */
export function numberRoutes({ bridge, whoIs, clock }: Pick<HandoffParts, "bridge" | "whoIs"> & { clock: Clock }) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get("/numbers", async (c) => {
    mustBe("viewer", whoIs(c));
    const { by, site, ...asked } = queryOf(NumbersQuery, c.req.query());
    const { since, until } = daysOf(asked, clock.now());
    const [days, groups] = await Promise.all([
      bridge.tallies({ by: "day", site, since, until }),
      bridge.tallies({ by, site, since, until }),
    ]);
    const shown = groups.slice(0, MOST_VALUES);
    const rest = groups.slice(MOST_VALUES);
    return c.json({
      since,
      until,
      by,
      metric: METRICS[by] ?? null,
      total: counts(sumOf(days)),
      days: days.map(({ value, ...tally }) => Object.assign(counts(tally), { day: value ?? "" })),
      groups: shown.map(counted),
      rest: rest.length === 0 ? null : { values: rest.length, ...counts(sumOf(rest)) },
    });
  });

  return app;
}

function daysOf({ since, until }: { since?: string | undefined; until?: string | undefined }, now: Date): { since: string; until: string } {
  const last = until ?? dayOf(now.getTime());
  const first = since ?? dayOf(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1) throw new Refusal("invalid", "until: is before since");
  if (days > MOST_DAYS) throw new Refusal("invalid", `since: is more than ${MOST_DAYS} days before until`);
  return { since: first, until: last };
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function counted({ value, ...tally }: Tally): z.output<typeof CountedBy> {
  return { value, ...counts(tally) };
}

function counts(tally: Omit<Tally, "value">): z.output<typeof Counts> {
  const { conversations, handedOff, handoffs, queued, accepted, acceptedMs, leftQueue, queueMs, failed, fellBack, abandoned } = tally;
  return {
    conversations,
    handed_off: handedOff,
    containment: share(conversations - handedOff, conversations),
    handoffs,
    queued,
    accepted,
    failed,
    fell_back: fellBack,
    abandoned,
    failure_rate: share(failed, handoffs),
    acceptance_seconds: seconds(acceptedMs, accepted),
    queue_seconds: seconds(queueMs, leftQueue),
  };
}

/** A conversation that began the day before and is handed off today makes no share greater than all, or less than none. */
const share = (part: number, whole: number) => (whole === 0 ? null : Math.min(1, Math.max(0, part / whole)));
const seconds = (ms: number, count: number) => (count === 0 ? null : ms / count / 1_000);

function sumOf(tallies: Tally[]): Omit<Tally, "value"> {
  const sum = { ...NOTHING };
  for (const tally of tallies) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += tally[name];
  return sum;
}
