import type { Destinations } from "./config-destinations.ts";
import { documentOf } from "./config-destinations.ts";
import type { FallbackStep } from "./conversation/fallback.ts";
import { describe, nameOf, type Target } from "./conversation/routing.ts";

type Route = Destinations["routes"][number];

/** What is other in one than in the other before it, in sentences for whoever is about to apply it. Empty: nothing. */
export function changesBetween(before: Destinations, after: Destinations): string[] {
  return [
    ...changedRoutes(before.routes, after.routes),
    ...changedDefault(before.defaultRoute, after.defaultRoute),
    ...changedHours(before, after),
    ...changedFallback(before.fallback, after.fallback),
  ];
}

/** Routes of one destination are told apart by their place among themselves, in which they are asked. */
function changedRoutes(before: Route[], after: Route[]): string[] {
  const [old, now] = [keyed(before), keyed(after)];
  const said: string[] = [];
  for (const [key, route] of now) {
    const earlier = old.get(key);
    if (!earlier) said.push(`New route: ${routeInWords(route)}.`);
    else said.push(...changesOf(`Route ${key}`, earlier, route));
  }
  for (const [key, route] of old) if (!now.has(key)) said.push(`Route ${key} is removed, which led to ${nameOf(route.to)}.`);
  if (said.length === 0 && [...old.keys()].join("\n") !== [...now.keys()].join("\n")) said.push("The routes stand in another order.");
  return said;
}

function keyed(routes: Route[]): Map<string, Route> {
  const times = new Map<string, number>();
  return new Map(
    routes.map((route) => {
      const time = (times.get(route.destination) ?? 0) + 1;
      times.set(route.destination, time);
      return [time === 1 ? quoted(route.destination) : `${quoted(route.destination)} (${time})`, route];
    }),
  );
}

function routeInWords(route: Route): string {
  return `${quoted(route.destination)} leads to ${targetInWords(route.to)}${describe(route.when)}`;
}

/** In words where there are short ones; what is left is only named. */
function changesOf(name: string, before: Route, after: Route): string[] {
  const said: string[] = [];
  if (!isSame(before.to, after.to)) said.push(`${name} leads to ${targetInWords(after.to)} instead of ${targetInWords(before.to)}.`);
  if (!isSame(before.when, after.when))
    said.push(`${name} has other conditions${describe(after.when).replace(/^, as its conditions hold/, "") || ": none"}.`);
  return [
    ...said,
    ...changedRest(name, before, after),
    ...(before.description === after.description ? [] : [`${name} is described in other words.`]),
  ];
}

function changedRest(name: string, before: Pick<Route, "sip" | "required">, after: Pick<Route, "sip" | "required">): string[] {
  const said: string[] = [];
  if (before.sip !== after.sip) said.push(`${name}: calls go ${placeOfCalls(after.sip)} instead of ${placeOfCalls(before.sip)}.`);
  if (!isSame(before.required, after.required))
    said.push(`${name} needs ${after.required.join(", ") || "no field"} instead of ${before.required.join(", ") || "none"}.`);
  return said;
}

const placeOfCalls = (sip: string | null) => sip ?? "nowhere";

function changedDefault(before: Destinations["defaultRoute"], after: Destinations["defaultRoute"]): string[] {
  const name = "The default route";
  const said: string[] = [];
  if (!isSame(before.to, after.to)) said.push(`${name} leads to ${targetInWords(after.to)} instead of ${targetInWords(before.to)}.`);
  if (before.hours !== after.hours) said.push(`${name} is open ${hoursInWords(after.hours)} instead of ${hoursInWords(before.hours)}.`);
  return [...said, ...changedRest(name, before, after)];
}

const hoursInWords = (hours: string | null) => (hours === null ? "always" : `by the hours ${quoted(hours)}`);

function changedHours(before: Destinations, after: Destinations): string[] {
  const [old, now] = [documentOf(before).hours ?? {}, documentOf(after).hours ?? {}];
  const said = Object.keys(now).flatMap((name) => {
    if (!Object.hasOwn(old, name)) return [`New hours: ${quoted(name)}.`];
    return isSame(old[name], now[name]) ? [] : [`The hours ${quoted(name)} are others.`];
  });
  return [...said, ...Object.keys(old).flatMap((name) => (Object.hasOwn(now, name) ? [] : [`The hours ${quoted(name)} are removed.`]))];
}

function changedFallback(before: FallbackStep[], after: FallbackStep[]): string[] {
  return isSame(before, after) ? [] : [`When nobody can be reached: ${stepsInWords(after)}, instead of ${stepsInWords(before)}.`];
}

/** Steps of a fallback, in their order. */
export function stepsInWords(steps: FallbackStep[]): string {
  return steps.length === 0 ? "goodbye" : steps.map(stepInWords).join(", then ");
}

function stepInWords(step: FallbackStep): string {
  switch (step.to) {
    case "destination":
      return `destination ${quoted(step.destination)}`;
    case "leave_message":
    case "callback":
      return `${step.to} at ${nameOf({ ...step, urgent: false })}`;
    case "phone":
      return `phone ${step.number}`;
    case "assistant":
    case "goodbye":
      return step.to;
  }
}

function targetInWords(to: Target): string {
  return "urgent" in to && to.urgent ? `${nameOf(to)}, urgent,` : nameOf(to);
}

const quoted = (text: string) => JSON.stringify(text);
/** Both come from one schema, so that their members stand in one order. */
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
