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

/**
 * Leads a call as a chat is led: by the site's routes, then by its fallback as far as a call can follow that, which is to other
 * destinations and to the phone. Where nobody is staffed anywhere, the first place that has a line is better than none.
 */
export async function planCall(
  { rules, fallback, gateway }: CallRules,
  asked: Omit<RouteRequest, "tried">,
  isStaffed: (target: DeskTarget) => Promise<boolean>,
): Promise<Planned> {
  const tried: string[] = [];
  const first = at(asked.destination);
  if (first.to === "target" && (await isStaffed(first.target))) return first;
  for (const step of fallback) {
    if (step.to === "goodbye") break;
    if (step.to === "phone" && !asked.inUse.includes(step.number))
      return { to: "target", target: byPhone(step.number), because: `${first.because} So it goes to the phone.`, hint: null };
    if (step.to !== "destination") continue; // nobody can type anything here
    const next = at(step.destination);
    if (next.to === "target" && (await isStaffed(next.target))) return { ...next, because: `${first.because} ${next.because}` };
  }
  return first;

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
