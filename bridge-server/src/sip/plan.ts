import type { FallbackStep } from "../conversation/fallback.ts";
import { route, type DeskTarget, type RouteRequest, type Rules } from "../conversation/routing.ts";

/** Where a site's calls may go. What a target calls its queue is the address that is called: `sip:` or `tel:`; `null`: none. */
export interface CallRules {
  rules: Rules;
  fallback: FallbackStep[];
  /** What stands between this network and the telephone's, such as `sbc.example.com`. `null`: whoever follows us knows how to call `tel:`. */
  gateway: string | null;
}

/** Where one call goes. `because` is for operators; `hint` says what a site owner could do about it. */
export type Planned =
  | { to: "target"; target: DeskTarget; because: string; hint: string | null }
  | { to: "nowhere"; cause: "out_of_hours" | "no_route"; because: string };

/** The name under which calls are kept beside connectors. */
export const SIP = "sip";

/** Whether a call is taken at a target: `nobody` is there, or the line itself is `down`. */
export type Taking = "takes" | "nobody" | "down";

/**
 * Leads a call as a chat is led: by the site's routes, then by its fallback as far as a call can follow that, which is to other
 * destinations and to the phone. Where nobody is staffed anywhere, the first place that has a line is better than none. From a line that
 * is down a call goes to the destination's next one, and where the fallback leads nowhere either, the default way.
 */
export async function planCall(
  { rules, fallback, gateway }: CallRules,
  asked: Omit<RouteRequest, "tried">,
  look: (target: DeskTarget) => Promise<Taking>,
): Promise<Planned> {
  const tried: string[] = [];
  const before: string[] = [];
  let found: Taking | null = null;
  let unstaffed: Planned | null = null;
  const first = at(asked.destination);
  for (const way of ways()) {
    const because = [...before, way.because].join(" ");
    if (way.to === "nowhere") {
      if (before.length === 0) before.push(because);
      continue;
    }
    found = await look(way.target);
    if (found === "takes") return { ...way, because };
    if (found === "nobody") unstaffed ??= { ...way, because };
    before.push(way.because, found === "down" ? "It does not answer." : "Nobody is there.");
  }
  return first.to === "target" ? (unstaffed ?? first) : first;

  function* ways(): Generator<Planned> {
    yield first;
    const isDown = found === "down";
    let next = isDown ? at(asked.destination) : null; // never one that was tried
    while (next?.to === "target" && next.target !== rules.defaultRoute.to) {
      yield next;
      next = found === "down" ? at(asked.destination) : null;
    }
    for (const step of fallback) {
      if (step.to === "goodbye") break;
      if (step.to === "destination") yield at(step.destination); // in all other steps somebody would have to type something
      if (step.to === "phone" && !asked.inUse.includes(step.number))
        yield { to: "target", target: byPhone(step.number), because: "So it goes to the phone.", hint: null };
    }
    if (isDown) yield next ?? at(null);
  }

  function at(destination: string | null): Planned {
    const routed = route(rules, { ...asked, destination, tried });
    const { because } = routed;
    if (routed.route === null) return { to: "nowhere", cause: routed.cause === "out_of_hours" ? "out_of_hours" : "no_route", because };
    if ("phone" in routed.route) return { to: "target", target: byPhone(routed.route.phone.number), because, hint: null };
    if (routed.route.queue === null) return { to: "nowhere", cause: "no_route", because: `${because} It has no address for calls.` };
    tried.push(routed.name);
    return { to: "target", target: routed.route, because, hint: routed.unknown ? routed.hint : null };
  }

  function byPhone(number: string): DeskTarget {
    const queue = gateway === null ? `tel:${number}` : `sip:${number}@${gateway};user=phone`;
    return { connector: SIP, queue, urgent: false };
  }
}
