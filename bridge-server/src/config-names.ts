import * as z from "zod";

/**
 * What the parts of a configuration call each other, read leniently: a misspelt connector is found even while something else is wrong.
 * Mistakes stop the start; warnings are said and lived with.
 */
export function checkNames(given: unknown): { mistakes: string[]; warnings: string[] } {
  const { connectors, channels, sites, announce } = Outline.parse(given);
  const mistakes: string[] = [];
  const warnings: string[] = [];

  for (const [name, site] of Object.entries(sites)) {
    const at = `sites.${name}`;
    for (const [path, connector] of connectorsNamed(site)) {
      if (connector === null || Object.hasOwn(connectors, connector)) continue;
      mistakes.push(`${at}.${path}: names no connector: write ${oneOf(Object.keys(connectors), "connectors")}`);
    }
    for (const [path, hours] of hoursNamed(site)) {
      if (hours === null || Object.hasOwn(site.hours, hours)) continue;
      mistakes.push(`${at}.${path}: names no opening hours: write ${oneOf(Object.keys(site.hours), `${at}.hours`)}`);
    }
    checkFallback(at, site, mistakes, warnings);
    mistakes.push(...loopingPhones(at, site, sites));
  }
  for (const [name, { sites: named }] of Object.entries(announce)) {
    for (const [at, site] of named.entries()) {
      if (site === null || Object.hasOwn(sites, site)) continue;
      mistakes.push(`announce.${name}.sites[${at}]: names no site: write ${oneOf(Object.keys(sites), "sites")}`);
    }
  }
  mistakes.push(...wrongChannels(channels, sites));
  return { mistakes, warnings };
}

/** A message to an address that two sites have could go to either. */
function wrongChannels(channels: Record<string, unknown>, sites: Record<string, SiteOutline>): string[] {
  const owners = new Map<string, string>();
  const mistakes: string[] = [];
  for (const [name, site] of Object.entries(sites)) {
    for (const [channel, { addresses }] of Object.entries(site.channels)) {
      const at = `sites.${name}.channels.${channel}`;
      if (!Object.hasOwn(channels, channel)) mistakes.push(`${at}: names no channel: write ${oneOf(Object.keys(channels), "channels")}`);
      for (const [n, address] of addresses.entries()) {
        const place = `${at}.addresses[${n}]`;
        const owner = owners.get(`${channel} ${address}`);
        if (owner !== undefined) mistakes.push(`${place}: is what ${owner} is already: each address belongs to one site`);
        else owners.set(`${channel} ${address}`, place);
      }
    }
  }
  return mistakes;
}

/** Whoever calls a number of ours would reach this bridge again, and whoever is offered a number twice has called it already (J4). */
function loopingPhones(at: string, { routes, defaultRoute, fallback }: SiteOutline, sites: Record<string, SiteOutline>): string[] {
  const ours = new Map<string, string>();
  for (const [name, { channels, sip }] of Object.entries(sites)) {
    for (const number of sip.called) ours.set(number, `sites.${name}.sip.called`);
    for (const [channel, { addresses }] of Object.entries(channels))
      for (const address of addresses) ours.set(address, `sites.${name}.channels.${channel}`);
  }
  const offered = new Map<string, number>();
  const named: [path: string, number: string | null][] = [
    ...routes.map(({ to }, n) => [`routes[${n}].to.phone.number`, to.phone.number] as [string, string | null]),
    ["defaultRoute.to.phone.number", defaultRoute.to.phone.number],
    ...fallback.map(({ number }, n) => [`fallback[${n}].number`, number] as [string, string | null]),
  ];
  const mistakes = named.flatMap(([path, number]) => {
    const owner = number === null ? undefined : ours.get(number);
    return owner === undefined ? [] : [`${at}.${path}: leads back here, as ${owner} has this number: write one that people answer`];
  });
  for (const [n, { to, number }] of fallback.entries()) {
    if (to !== "phone" || number === null) continue;
    const earlier = offered.get(number);
    if (earlier !== undefined) mistakes.push(`${at}.fallback[${n}]: offers the number of fallback[${earlier}] again: remove one of them`);
    offered.set(number, earlier ?? n);
  }
  return mistakes;
}

function checkFallback(at: string, { routes, person, fallback }: SiteOutline, mistakes: string[], warnings: string[]): void {
  const known = new Set(routes.map(({ destination }) => plain(destination)));
  const asked = new Map<string, number>();
  const last = fallback.findIndex(({ to }) => to === "goodbye" || to === "assistant");

  for (const [number, { to, destination }] of fallback.entries()) {
    const path = `${at}.fallback[${number}]`;
    if (last !== -1 && number > last) {
      mistakes.push(`${path}: can never be reached: remove it, or put it before fallback[${last}], which ends the list`);
      continue;
    }
    if (to !== "destination" || destination === null) continue;
    const earlier = asked.get(plain(destination));
    if (earlier !== undefined) mistakes.push(`${path}: asks what fallback[${earlier}] has asked already: remove one of them`);
    asked.set(plain(destination), earlier ?? number);
    if (!known.has(plain(destination))) warnings.push(`${path}.destination: has no route, so the default route is asked`);
  }

  if (person.destination === null) return;
  if (!known.has(plain(person.destination))) warnings.push(`${at}.person.destination: has no route, so the default route is asked`);
  const leadsElsewhere = fallback.some(({ to, destination }) => to !== "destination" || plain(destination) !== plain(person.destination));
  if (asked.has(plain(person.destination)) && !leadsElsewhere) {
    warnings.push(`${at}.fallback: leads only to where "Talk to a person" has just failed: add another step`);
  }
}

function connectorsNamed({ routes, defaultRoute, fallback }: SiteOutline): [path: string, connector: string | null][] {
  return [
    ...routes.map(({ to }, at) => [`routes[${at}].to.connector`, to.connector] as [string, string | null]),
    ["defaultRoute.to.connector", defaultRoute.to.connector],
    ...fallback.map(({ connector }, at) => [`fallback[${at}].connector`, connector] as [string, string | null]),
  ];
}

function hoursNamed({ routes, defaultRoute }: SiteOutline): [path: string, hours: string | null][] {
  return [
    ...routes.flatMap(({ when }, at) => [
      [`routes[${at}].when.hours`, when.hours] as [string, string | null],
      [`routes[${at}].when.outsideHours`, when.outsideHours] as [string, string | null],
    ]),
    ["defaultRoute.hours", defaultRoute.hours],
  ];
}

function oneOf(names: string[], place: string): string {
  return names.length === 0 ? `one, after adding it to ${place}` : `one of ${names.join(", ")}, or add it to ${place}`;
}

/** As `conversation/routing.ts` compares destinations, null included. */
function plain(destination: string | null): string {
  return (destination ?? "").normalize("NFC").trim().toLowerCase();
}

const Word = z.string().nullable().catch(null);
const Named = z.record(z.string(), z.unknown()).catch({});
/** Missing or malformed parts are read as empty ones: the schema complains about those. */
const part = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess((given) => (isObject(given) ? given : {}), z.object(shape));
const To = part({ connector: Word, phone: part({ number: Word }) });

const SiteOutline = part({
  channels: z.record(z.string(), part({ addresses: z.array(z.string()).catch([]) })).catch({}),
  sip: part({ called: z.array(z.string()).catch([]) }),
  hours: Named,
  routes: z.array(part({ destination: Word, to: To, when: part({ hours: Word, outsideHours: Word }) })).catch([]),
  defaultRoute: part({ to: To, hours: Word }),
  person: part({ destination: Word }),
  fallback: z.array(part({ to: Word, destination: Word, connector: Word, number: Word })).catch([]),
});
type SiteOutline = z.output<typeof SiteOutline>;

const Outline = part({
  connectors: Named,
  channels: Named,
  sites: z.record(z.string(), SiteOutline).catch({}),
  announce: z.record(z.string(), part({ sites: z.array(Word).catch([]) })).catch({}),
});

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
