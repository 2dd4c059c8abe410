import type { Bridge } from "./bridge.ts";
import type { Clock } from "./clock.ts";
import type { Config, SiteConfig } from "./config.ts";
import type { Target } from "./conversation/routing.ts";
import type { CallParts } from "./http/destinations.ts";
import type { Limits } from "./http/limits.ts";
import type { SipParts } from "./http/sip.ts";
import type { Log } from "./log.ts";
import { createSeldom } from "./log-seldom.ts";
import { StartError } from "./main-listen.ts";
import type { Operations } from "./operations/operations.ts";
import { newId } from "./random.ts";
import { createEndpoint, type SipEvent } from "./sip/endpoint.ts";
import { lookOverNetwork, watchTargets, type Health } from "./sip/health.ts";
import { SIP } from "./sip/plan.ts";
import { createRedirect, type CallSite } from "./sip/redirect.ts";
import { openSockets } from "./sip/sockets.ts";
import { createStaffing } from "./sip/staffing.ts";
import type { SiteParts } from "./work/task.ts";

interface Parts {
  bridge: Bridge;
  clock: Clock;
  log: Log;
  limits: Limits;
  count: Operations["sip"];
  storedBy: SipParts["storedBy"];
  partsOf(site: string): Pick<SiteParts, "connectors">;
  /** As they are now; the same object until they change. */
  sites(): Record<string, SiteConfig>;
}

/** Takes phone calls, where the configuration says so. */
export interface SipServer {
  /** `null`: nowhere. */
  port: number | null;
  /** Calls that are asked about, and servers that calls are sent to and that take none. */
  counts(): { calls: number; down: number };
  callsOf: CallParts["callsOf"];
  close(): Promise<void>;
}

/** Throws a `StartError` when it cannot listen. */
export async function startSip(config: Config, { bridge, clock, log, limits, count, storedBy, partsOf, sites }: Parts): Promise<SipServer> {
  const { sip } = config;
  if (!sip) return { port: null, counts: () => ({ calls: 0, down: 0 }), callsOf: () => [], close: async () => {} };
  const { perSource, gateway } = sip;
  const desks = new WeakMap<object, Desk>();
  const taking = takingOf(sites, (now) => sitesOf(now, gateway, desks));
  const staffed = createStaffing(clock, ({ site, connector, ...place }: Desk) => {
    const desk = partsOf(site).connectors[connector]?.connector;
    return desk ? desk.availability(place) : Promise.resolve({ state: "unknown" });
  });
  const redirect = createRedirect({
    bridge,
    clock,
    log,
    newId,
    storedBy,
    headersIn: sip.headersIn,
    siteAt: (user) => taking().named.get(user) ?? taking().anybody,
    async look(target) {
      if (health?.of(target.queue ?? "")?.state === "down") return "down";
      const desk = desks.get(target);
      return !desk || (await staffed(desk)) ? "takes" : "nobody";
    },
  });
  const asked = { burst: perSource.burst, amount: perSource.perSecond, perMs: 1_000 };
  const endpoint = createEndpoint({
    clock,
    most: sip.maxCalls,
    redirect: redirect.answer,
    // Whoever is beyond their allowance is told so as often again, and then not even that.
    allows: (what, address) => limits.take(what === "ask" ? "sip" : "sip_refusal", address, asked) === 0,
    happened: (event) => counted(event, count),
  });
  const noticed = createSeldom(log, clock, {
    first: "sip_source_not_allowed",
    more: "sip_sources_not_allowed",
    hint: "If it is a proxy of yours, write its address into sip.allow.",
  });
  let health: ReturnType<typeof watchTargets> | null = null;
  try {
    const sockets = await openSockets(sip, { clock, take: endpoint.take, turnedAway: noticeStranger });
    log({ event: "sip_started", level: "info", port: sockets.port });
    if (sip.health)
      health = watchTargets({
        clock,
        everyMs: sip.health.everySeconds * 1_000,
        uris: () => [...Object.values(sites()).flatMap(callTargetsOf), gateway && `sip:${gateway}`].filter((uri) => uri !== null),
        look: lookOverNetwork(clock, newId),
        changed: noticeHealth,
      });
    return {
      port: sockets.port,
      counts: () => ({ calls: endpoint.count(), down: health?.down() ?? 0 }),
      callsOf: (name) => {
        const site = sites()[name];
        return site ? callTargetsOf(site).map((uri) => (uri === null ? null : { uri, health: health?.of(uri) ?? null })) : [];
      },
      async close() {
        health?.close();
        endpoint.close();
        await sockets.close();
        redirect.close();
      },
    };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const why = code === "EADDRINUSE" ? "another program has it. Stop that, or write another sip.port." : String(error);
    throw new StartError(`Calls cannot be taken on ${sip.host}:${sip.port}: ${why}`);
  }

  function noticeHealth(server: string, { state, because }: Health): void {
    if (state === "down") log({ event: "call_target_down", level: "warn", source: server, ...(because && { because }) });
    else log({ event: "call_target_up", level: "info", source: server });
  }

  function noticeStranger(source: string): void {
    count.dropped("not_allowed");
    noticed(source);
  }
}

/** The place at a desk beside which a route has an address for calls. */
type Desk = { site: string; connector: string; queue: string | null; urgent: boolean };

/** What follows from the sites, found anew when they have changed. */
function takingOf<Sites, Taking>(sites: () => Sites, find: (sites: Sites) => Taking): () => Taking {
  let seen = sites();
  let found = find(seen);
  return () => {
    const now = sites();
    if (now !== seen) [seen, found] = [now, find(now)];
    return found;
  };
}

/** Which site a call is for, by what was called. Where one site alone takes calls, it may take them all. */
function sitesOf(sites: Record<string, SiteConfig>, gateway: string | null, desks: WeakMap<object, Desk>) {
  const named = new Map<string, CallSite>();
  let anybody: CallSite | null = null;
  for (const [name, { sip, routes, defaultRoute, hours, fallback, handoff }] of Object.entries(sites)) {
    if (![...routes, defaultRoute].some((one) => one.sip !== null)) continue;
    const target = ({ sip: queue, to }: Pick<SiteConfig["routes"][number], "sip" | "to">): Target => {
      if ("phone" in to && queue === null) return to;
      const called = { connector: SIP, queue, urgent: "urgent" in to && to.urgent };
      if ("connector" in to) desks.set(called, { site: name, ...to });
      return called;
    };
    const rules = {
      routes: routes.flatMap((one) =>
        one.sip === null && !("phone" in one.to) ? [] : [{ destination: one.destination, when: one.when, to: target(one) }],
      ),
      defaultRoute: { to: target(defaultRoute), hours: defaultRoute.hours },
      hours,
    };
    const site = { name, mapping: sip, calls: { rules, fallback, gateway }, contextWaitMs: handoff.contextWaitMs };
    if (sip.called.length === 0) anybody = site;
    for (const user of sip.called) named.set(user, site);
  }
  return { named, anybody };
}

/** Where calls go that a site's routes take, and with the default's at last. */
function callTargetsOf({ routes, defaultRoute }: Pick<SiteConfig, "routes" | "defaultRoute">): (string | null)[] {
  return [...routes, defaultRoute].map(({ sip }) => sip);
}

function counted(event: SipEvent, count: Operations["sip"]): void {
  switch (event.type) {
    case "answered":
      return count.answered(event.method, event.status);
    case "dropped":
      return count.dropped(event.why);
    case "repeated":
      return count.dropped("repeated");
    case "ended":
      return event.how === "no_ack" ? count.dropped("no_ack") : undefined;
  }
}
