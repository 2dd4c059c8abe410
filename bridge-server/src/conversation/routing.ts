import { phoneName, type PhoneLine } from "./fallback.ts";
import { isOpen, type Hours } from "./hours.ts";
import { valueAt } from "./topic-state.ts";

/** Where a site's handoffs go. */
export interface Rules {
  routes: Route[];
  defaultRoute: { to: Target; hours: string | null; required?: string[] };
  /** By the name that routes call them. */
  hours: Record<string, Hours>;
}

/** Several routes may share a destination: the first whose conditions hold is taken. */
export interface Route {
  destination: string;
  when: Conditions;
  to: Target;
  /** Fields that whoever takes the handoff needs; `reason` is the assistant's own (F2). */
  required?: string[];
}

/** All of them must hold; `null` and an empty map ask for nothing. */
export interface Conditions {
  reason: string[] | null;
  /** Dotted path into the handoff's context → what may be there. */
  context: Record<string, Scalar[]>;
  /** BCP 47 ranges: `pt` takes `pt-BR` too. */
  language: string[] | null;
  hours: string | null;
  outsideHours: string | null;
}

export type Scalar = string | number | boolean | null;

/** A desk, or a number that visitors are given to call. */
export type Target = DeskTarget | PhoneTarget;

export interface DeskTarget {
  connector: string;
  queue: string | null;
  urgent: boolean;
}

export interface PhoneTarget {
  phone: PhoneLine;
}

export interface RouteRequest {
  /** `null`: the assistant named none. */
  destination: string | null;
  reason: string | null;
  /** The handoff's context, `null` when there is none. */
  data: Record<string, unknown> | null;
  language: string | null;
  at: Date;
  /** Names of the targets this conversation has already asked, as `name` gave them. */
  tried: string[];
  /** Numbers that the visitor is talking to us over, in E.164: calling one of them would only lead back. */
  inUse: string[];
}

export type Routed =
  | {
      route: Target;
      /** The target's own name, whatever destination led to it: put it into `tried`, and it is not asked again. */
      name: string;
      /** Fields that should be known there. */
      required: string[];
      /** For operators. Says which rule, never what the context holds. */
      because: string;
      /** The assistant named a destination that no route has. */
      unknown: boolean;
      /** What a site owner could do about it. */
      hint: string | null;
    }
  | { route: null; because: string; cause: "out_of_hours" | "loop" };

/**
 * The one place a request leads to. What the assistant says is only ever a key into the site's own table (T31):
 * the same text, then the same but for case and surrounding blanks, then the default route.
 */
export function route(rules: Rules, request: RouteRequest): Routed {
  const { destination } = request;
  if (destination === null) return toDefault(rules, request, "No destination was named (no_destination)");

  const routes = routesFor(rules.routes, destination);
  if (routes.length === 0) {
    const routed = toDefault(rules, request, `No route has the destination ${quote(destination)}`);
    return routed.route ? { ...routed, unknown: true, hint: `Add a route for ${quote(destination)} to this site's routes.` } : routed;
  }

  const reasonsAgainst: string[] = [];
  for (const { when, to, required = [] } of routes) {
    const against = loopWith(to, request) ?? firstUnmet(rules, when, request);
    if (against === null) {
      const because = `Destination ${quote(destination)} leads to ${nameOf(to)}${describe(when)}.`;
      return { route: to, name: nameOf(to), required, because, unknown: false, hint: null };
    }
    reasonsAgainst.push(against);
  }
  return toDefault(rules, request, `No route for ${quote(destination)} applies: ${reasonsAgainst.join("; ")}`);
}

/** The site's own names for where handoffs go, each once, in the order of its routes. */
export function destinationsOf({ routes }: Rules): string[] {
  return [...new Set(routes.map(({ destination }) => destination))];
}

/** The site's own name for what an assistant may spell in another way; `null`: no route has it. */
export function siteNameOf({ routes }: { routes: Pick<Route, "destination">[] }, destination: string): string | null {
  return routesFor(routes, destination)[0]?.destination ?? null;
}

/** Whether the hours of this name are open. Without a name it always is. */
export function isOpenAt({ hours }: Rules, name: string | null, at: Date): boolean {
  return name === null || isOpenBy(hours, name, at);
}

/** Whether the context must be there before `route` can decide. */
export function needsContext(rules: Rules): boolean {
  return rules.routes.some(({ when }) => Object.keys(when.context).length > 0);
}

function toDefault({ defaultRoute: { to, hours, required = [] }, hours: named }: Rules, request: RouteRequest, why: string): Routed {
  const { at } = request;
  const name = nameOf(to);
  const loop = loopWith(to, request);
  if (loop !== null) return { route: null, because: `${why}, and of the default, ${loop}.`, cause: "loop" };
  if (hours !== null && !isOpenBy(named, hours, at)) {
    return { route: null, because: `${why}, and the default is closed by the hours ${quote(hours)}.`, cause: "out_of_hours" };
  }
  return { route: to, name, required, because: `${why}, so the default route leads to ${name}.`, unknown: false, hint: null };
}

function routesFor<Named extends Pick<Route, "destination">>(routes: Named[], destination: string): Named[] {
  const exact = routes.filter((route) => route.destination === destination);
  return exact.length > 0 ? exact : routes.filter((route) => isSameWord(route.destination, destination));
}

/** Why these conditions do not hold, or `null` when they do. */
function firstUnmet(rules: Rules, when: Conditions, { reason, data, language, at }: RouteRequest): string | null {
  if (when.reason !== null && !when.reason.some((wanted) => reason !== null && isSameWord(wanted, reason))) return "the reason is another";
  if (when.language !== null && !when.language.some((range) => isInRange(language, range))) return "the language is another";
  for (const [path, wanted] of Object.entries(when.context)) {
    if (data === null) return `there is no context to look for ${path} in`;
    const found = valueAt(data, path);
    if (!wanted.some((value) => isSameValue(value, found))) return `the context's ${path} is another or missing`;
  }
  if (when.hours !== null && !isOpenBy(rules.hours, when.hours, at)) return `the hours ${quote(when.hours)} are over`;
  if (when.outsideHours !== null && isOpenBy(rules.hours, when.outsideHours, at))
    return `it is within the hours ${quote(when.outsideHours)}`;
  return null;
}

/** Hours that nobody has described are never open; the configuration's check keeps that from happening. */
function isOpenBy(named: Record<string, Hours>, name: string, at: Date): boolean {
  const hours = Object.hasOwn(named, name) ? named[name] : undefined;
  return hours !== undefined && isOpen(hours, at);
}

/** Assistants store `true` and `"true"`, `7` and `"7"`, without a rule: what reads the same is the same. */
function isSameValue(wanted: Scalar, found: unknown): boolean {
  if (wanted === null || found === null) return wanted === found;
  if (typeof found !== "string" && typeof found !== "number" && typeof found !== "boolean") return false;
  return isSameWord(String(wanted), String(found));
}

function isInRange(language: string | null, range: string): boolean {
  return language !== null && `${language.toLowerCase()}-`.startsWith(`${range.toLowerCase()}-`);
}

function isSameWord(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}

/** Why asking this target would lead to where the visitor has been already (J4), or `null` when it would not. */
function loopWith(to: Target, { tried, inUse }: RouteRequest): string | null {
  if (tried.includes(nameOf(to))) return `${nameOf(to)} was already asked`;
  return "phone" in to && inUse.includes(to.phone.number) ? `${nameOf(to)} is where the visitor writes` : null;
}

/** As operators read it: the desk and its queue, or the number. */
export function nameOf(to: Target): string {
  if ("phone" in to) return phoneName(to.phone.number);
  return to.queue === null ? to.connector : `${to.connector}/${to.queue}`;
}

/** Conditions as the end of a sentence about a route; nothing where there are none. */
export function describe({ reason, context, language, hours, outsideHours }: Conditions): string {
  const conditions = [
    reason && "reason",
    language && "language",
    ...Object.keys(context).map((path) => `context ${path}`),
    hours && `within the hours ${quote(hours)}`,
    outsideHours && `outside the hours ${quote(outsideHours)}`,
  ].filter((condition) => condition !== null);
  return conditions.length === 0 ? "" : `, as its conditions hold (${conditions.join(", ")})`;
}

/** What a model wrote is shown on one line, and not at any length. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
