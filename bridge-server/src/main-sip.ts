import type { Bridge } from "./bridge.ts";
import type { Clock } from "./clock.ts";
import type { Config, SiteConfig } from "./config.ts";
import type { Target } from "./conversation/routing.ts";
import type { Limits } from "./http/limits.ts";
import type { SipParts } from "./http/sip.ts";
import type { Log } from "./log.ts";
import { StartError } from "./main-listen.ts";
import type { Operations } from "./operations/operations.ts";
import { newId } from "./random.ts";
import { createEndpoint, type SipEvent } from "./sip/endpoint.ts";
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
}

/** Takes phone calls, where the configuration says so. */
export interface SipServer {
  /** `null`: nowhere. */
  port: number | null;
  /** Calls that are asked about. */
  calls(): number;
  close(): Promise<void>;
}

/** Who is told no more than once in a while that they are not on the list: a scanner tries for days. */
const TURNED_AWAY_EVERY_MS = 60_000;

/** Throws a `StartError` when it cannot listen. */
export async function startSip(config: Config, { bridge, clock, log, limits, count, storedBy, partsOf }: Parts): Promise<SipServer> {
  const { sip } = config;
  if (!sip) return { port: null, calls: () => 0, close: async () => {} };
  const { perSource, gateway } = sip;
  const desks = new Map<object, Desk>();
  const taking = sitesOf(config, gateway, desks);
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
    siteAt: (user) => taking.named.get(user) ?? taking.anybody,
    isStaffed: async (_, target) => {
      const desk = desks.get(target);
      return desk ? staffed(desk) : true;
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
  let turnedAway = 0;
  try {
    const sockets = await openSockets(sip, { clock, take: endpoint.take, turnedAway: noticeStranger });
    log({ event: "sip_started", level: "info", port: sockets.port });
    return {
      port: sockets.port,
      calls: endpoint.count,
      async close() {
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

  function noticeStranger(source: string): void {
    count.dropped("not_allowed");
    if (turnedAway++ > 0) return;
    const hint = "If it is a proxy of yours, write its address into sip.allow.";
    log({ event: "sip_source_not_allowed", level: "warn", source, hint });
    clock.after(TURNED_AWAY_EVERY_MS, () => {
      if (turnedAway > 1) log({ event: "sip_sources_not_allowed", level: "warn", count: turnedAway - 1 });
      turnedAway = 0;
    });
  }
}

/** The place at a desk beside which a route has an address for calls. */
type Desk = { site: string; connector: string; queue: string | null; urgent: boolean };

/** Which site a call is for, by what was called. Where one site alone takes calls, it may take them all. */
function sitesOf({ sites }: Config, gateway: string | null, desks: Map<object, Desk>) {
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
