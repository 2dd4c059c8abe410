import type { Clock } from "./clock.ts";
import type { Config, SiteConfig } from "./config.ts";
import type { Destinations } from "./config-destinations.ts";
import { checkDestinations } from "./config-edited.ts";
import { unknownQueues, type QueuesOf } from "./config-queues.ts";
import type { Log } from "./log.ts";
import type { DestinationsVersion } from "./store/destination-versions.ts";
import type { Store } from "./store/store.ts";

/** What others have edited is known here so soon; who routes a handoff looks for itself before. */
const LOOK_EVERY_MS = 3_000;

/**
 * Whose word counts where a site's handoffs go. `console`: that version, which somebody has set while the bridge was running. `file`: the
 * configuration's, as nobody has, or as the latest version says. `refused`: the configuration's, because the latest version does not go
 * together with it, as `mistakes` say.
 */
export type InForce =
  | { by: "console"; latest: DestinationsVersion }
  | { by: "file"; latest: DestinationsVersion | null }
  | { by: "refused"; latest: DestinationsVersion; mistakes: string[] };

interface Parts {
  config: Config;
  queuesOf: QueuesOf;
  store: Pick<Store, "latestDestinations" | "destinationVersions">;
  clock: Clock;
  log: Log;
}

/**
 * Where the handoffs of every site go, now. The latest version that was set while a bridge was running counts, on every bridge, as long
 * as it fits the configuration; otherwise the configuration does.
 */
export function createLiveDestinations({ config, queuesOf, store, clock, log }: Parts) {
  const numbers = new Map<string, number>();
  const inForce = new Map<string, InForce>();
  let sites: Record<string, SiteConfig> = config.sites;
  let looking: Promise<void> | null = null;
  let cancel = () => {};
  let isStopped = false;

  for (const [name, site] of Object.entries(config.sites))
    for (const hint of unknownQueues(name, site, queuesOf)) log({ event: "configuration", level: "warn", hint });

  return {
    /** Every site with the destinations that count now. The same object until they change. */
    sites: (): Record<string, SiteConfig> => sites,
    inForce: (site: string): InForce => inForce.get(site) ?? { by: "file", latest: null },
    /** What of somebody's edit would be wrong; or the same, checked. */
    check(site: string, given: unknown) {
      const checked = checkDestinations(config, site, given);
      const unknown = checked.value ? unknownQueues(site, checked.value, queuesOf) : [];
      return { ...checked, warnings: [...checked.warnings, ...unknown] };
    },
    /** The configuration's own. */
    ofFile: (site: string): Destinations | null => config.sites[site] ?? null,
    /** When it resolves, whatever was set before it was called counts here. Rejects when the store cannot tell. */
    async look(): Promise<void> {
      await looking?.catch(() => {}); // one that began earlier may have read too early
      await (looking ??= read().finally(() => (looking = null)));
    },
    /** Looks, and goes on doing so. A store that is away leaves things as they were. */
    async start(): Promise<void> {
      await this.look().catch(() => {}); // the next look decides
      if (!isStopped) cancel = clock.after(LOOK_EVERY_MS, () => void this.start());
    },
    stop(): void {
      isStopped = true;
      cancel();
    },
  };

  async function read(): Promise<void> {
    for (const { site, number } of await store.latestDestinations(Object.keys(config.sites))) {
      if (numbers.get(site) === number) continue;
      const [latest] = await store.destinationVersions(site, number + 1, 1);
      if (latest) apply(latest);
    }
  }

  function apply(latest: DestinationsVersion): void {
    const { site, number, document, madeBy: by } = latest;
    const before = config.sites[site]!; // `read` has looked
    numbers.set(site, number);
    const checked = document === null ? null : checkDestinations(config, site, document);
    sites = { ...sites, [site]: { ...before, ...checked?.value } };
    if (checked && !checked.value) {
      inForce.set(site, { by: "refused", latest, mistakes: checked.mistakes });
      log({
        event: "destinations_refused",
        level: "error",
        site,
        because: `version ${number}, by ${by}: ${checked.mistakes.join("; ")}`,
        hint: REFUSED,
      });
    } else {
      inForce.set(site, { by: checked ? "console" : "file", latest });
      log({ event: "destinations", level: "info", site, state: checked ? "console" : "file", because: `version ${number}, by ${by}` });
    }
  }
}

const REFUSED = "The configuration's own destinations count meanwhile: bring back what is missing there, or edit them in the console.";

export type LiveDestinations = ReturnType<typeof createLiveDestinations>;
