import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { stepsInWords } from "../destinations-changes.ts";
import type { LiveDestinations } from "../destinations.ts";
import { isOpenAt, route, siteNameOf, type Conditions, type Target } from "../conversation/routing.ts";
import type { DestinationCount } from "../store/destination-counts.ts";
import { bodyOf } from "./body.ts";
import { MAX_DOCUMENT_BYTES, standingOf } from "./edited-destinations.ts";
import type { HandoffParts } from "./handoffs.ts";
import { queryOf, Text, Time } from "./list-query.ts";
import { mustBe } from "./operators.ts";
import { Refusal } from "./problem.ts";

const DAY_MS = 24 * 60 * 60_000;
/** For so many days a name that no route has is remembered to whoever could add one. */
const UNKNOWN_FOR_DAYS = 7;

export const DestinationsQuery = z.strictObject({ site: Text.optional() });

/** A handoff as it might be asked for. Nobody is asked. */
export const DryRun = z.object({
  site: Text,
  /** `null`: the assistant names none. */
  destination: z.string().max(1_000).nullable(),
  reason: z.string().max(1_000).nullable().default(null),
  /** What the assistant would have stored. */
  data: z.record(z.string(), z.unknown()).nullable().default(null),
  language: z.string().max(35).nullable().default(null),
  /** Left out: now. */
  at: Time.optional(),
  /** What to go by. Left out: what counts now. */
  draft: z.looseObject({}).optional(),
});

export interface CallParts {
  /** Where phone calls go that a site's routes take, in the order of its routes and with the default's at last; `null`: nowhere. */
  callsOf(site: string): (CallTarget | null)[];
}

/** An address that calls are sent to. `health`: `null` where nobody asks whether it takes any. */
export interface CallTarget {
  uri: string;
  health: { state: "unknown" | "up" | "down"; since: string; because: string | null } | null;
}

type Parts = Pick<HandoffParts, "bridge" | "whoIs" | "sites" | "handingOff"> & CallParts & { clock: Clock; destinations: LiveDestinations };

/** Where handoffs go, how they fare there, and where one would go. */
export function destinationRoutes({ bridge, whoIs, sites, handingOff, callsOf, destinations, clock }: Parts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const known = sites.map(({ name }) => name);

  app.get("/destinations", async (c) => {
    mustBe("viewer", whoIs(c));
    const { site } = queryOf(DestinationsQuery, c.req.query());
    if (site !== undefined) mustKnow(site);
    const found = await Promise.all((site === undefined ? known : [site]).map(destinationsOf));
    const standing = (site === undefined ? known : [site]).map((one) =>
      Object.assign({ site: one }, standingOf(destinations.inForce(one))),
    );
    return c.json({
      destinations: found.flatMap((one) => one.destinations),
      sites: standing,
      unknown: found.flatMap((one) => one.unknown),
    });
  });

  /** By the very rules that handoffs go by (G5). Nothing is done and nobody is asked. */
  app.post("/destinations/dry-run", async (c) => {
    mustBe("viewer", whoIs(c));
    const { site, at, draft, ...asked } = await bodyOf(c, DryRun, MAX_DOCUMENT_BYTES);
    mustKnow(site);
    const { rules, fallback } = draft === undefined ? handingOff(site) : drafted(site, draft);
    const routed = route(rules, { ...asked, at: at === undefined ? clock.now() : new Date(at), tried: [], inUse: [] });
    const where = routed.route ? targetView(routed.route) : { connector: null, queue: null, priority: null, phone: null };
    const because = [routed.because, routed.route ? routed.hint : `Nobody is asked, and the fallback begins: ${stepsInWords(fallback)}.`];
    const destination = asked.destination === null ? null : (siteNameOf(rules, asked.destination) ?? asked.destination);
    return c.json({ destination, ...where, open: routed.route !== null, because: because.filter((one) => one !== null) });
  });

  return app;

  function mustKnow(site: string): void {
    if (!known.includes(site)) throw new Refusal("not_found", `site: write one of ${known.join(", ")}`);
  }

  function drafted(site: string, draft: unknown) {
    const { value, mistakes } = destinations.check(site, draft);
    if (!value) throw new Refusal("invalid", mistakes.join("; "));
    return { rules: value, fallback: value.fallback };
  }

  async function destinationsOf(site: string) {
    const { rules, fallback } = handingOff(site);
    const now = clock.now();
    const since = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
    const [today, lately] = await Promise.all([
      bridge.destinationCounts(site, since(1)),
      bridge.destinationCounts(site, since(UNKNOWN_FOR_DAYS)),
    ]);
    const isOpenNow = (hours: string | null, when: Conditions | null) =>
      isOpenAt(rules, hours, now) && !(when?.outsideHours && isOpenAt(rules, when.outsideHours, now));
    /** `null`: what the default route is for. */
    const nameOf = ({ destination }: DestinationCount) => (destination === null ? null : siteNameOf(rules, destination));
    const routes = [
      ...rules.routes.map(({ destination, when, to }) => ({ name: destination, to, hours: when.hours, when })),
      { name: null, to: rules.defaultRoute.to, hours: rules.defaultRoute.hours, when: null },
    ];
    const calls = callsOf(site);
    const destinations = await Promise.all(
      routes.map(async ({ name, to, when, hours }, n) => {
        const its = today.filter((count) => nameOf(count) === name);
        const spelled = new Set([name, ...lately.filter((count) => nameOf(count) === name).map(({ destination }) => destination)]);
        const accepted = await Promise.all([...spelled].map((one) => bridge.lastAcceptedAt(site, one)));
        const handoffs = sum(its.map((count) => count.handoffs));
        return {
          site,
          name,
          is_default: name === null,
          route: { ...targetView(to), when: when && conditionsView(when), hours, open_now: isOpenNow(hours, when), fallback },
          calls: calls[n] ?? null,
          last_accepted_at:
            accepted
              .filter((at) => at !== null)
              .sort()
              .at(-1) ?? null,
          failure_rate_24h: handoffs === 0 ? null : sum(its.map(({ failed }) => failed)) / handoffs,
          handoffs_24h: handoffs,
        };
      }),
    );
    const unknown = lately.flatMap((count) =>
      count.destination !== null && nameOf(count) === null
        ? [{ site, name: count.destination, times: count.handoffs, last_at: count.lastAt }]
        : [],
    );
    return { destinations, unknown };
  }
}

function targetView(to: Target) {
  if ("phone" in to) return { connector: null, queue: null, priority: "normal" as const, phone: to.phone };
  const { connector, queue, urgent } = to;
  return { connector, queue, priority: urgent ? ("urgent" as const) : ("normal" as const), phone: null };
}

/** What has to hold beside the hours. `null`: nothing. */
function conditionsView({ reason, context, language, outsideHours }: Conditions) {
  const asksNothing = reason === null && language === null && outsideHours === null && Object.keys(context).length === 0;
  return asksNothing ? null : { reason, context, language, outside_hours: outsideHours };
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
