import type { Clock } from "../clock.ts";
import type { Config, SiteConfig } from "../config.ts";
import type { Store } from "../store/store.ts";
import { lookForTracer } from "../trace.ts";
import { createLabels } from "./labels.ts";
import { unmeasured, type Measure } from "./measure.ts";
import { createMetrics, type Metrics, type MetricsParts } from "./metrics.ts";
import { createPressure, createWaiting, eventLoopLag, type Lag } from "./pressure.ts";
import { createReadiness } from "./readiness.ts";
import { watchAssistant, watchCall, watchConnector, watchHold } from "./watch-parties.ts";
import { watchStore } from "./watch-store.ts";
import type { Assistant } from "../assistant/assistant.ts";
import type { Call } from "../call.ts";
import type { Connector } from "../connectors/connector.ts";
import type { Hold } from "../hold/hold.ts";

/**
 * Watches a bridge from outside: each port is passed through here once and comes back the same, but seen.
 * Nobody else counts, so what is not passed through here is not counted.
 */
export function createOperations({ config, clock, lag = eventLoopLag() }: { config: Config; clock: Clock; lag?: Lag }) {
  lookForTracer();
  const waiting = createWaiting();
  let measure: Measure = unmeasured;
  let metrics: Metrics | null = null;
  // Ports are passed through before everything that is measured exists.
  const later: Measure = {
    saved: (fact, decision) => measure.saved(fact, decision),
    released: (job, how) => measure.released(job, how),
    claimed: (jobs) => measure.claimed(jobs),
    stored: (operation, seconds, isDone) => measure.stored(operation, seconds, isDone),
    savedTogether: (writes) => measure.savedTogether(writes),
    called: (party, operation, outcome, seconds) => measure.called(party, operation, outcome, seconds),
    holds: (connector) => measure.holds(connector),
    limited: (what) => measure.limited(what),
    sipAnswered: (method, status) => measure.sipAnswered(method, status),
    sipDropped: (why) => measure.sipDropped(why),
    shed: (what) => measure.shed(what),
  };

  return {
    assistant: (assistant: Assistant, site: string) => watchAssistant(assistant, site, later),
    connector: (connector: Connector, name: string) => watchConnector(connector, name, later),
    hold: (hold: Hold, connector: string) => watchHold(hold, connector, later),
    call: <C extends Call>(call: C): C => Object.assign(watchCall(call, { tellsOthers: config.outbound.traceparent }), call),
    store: (store: Store) => watchStore(store, later, waiting),
    limits<Allowance>(limits: Taking<Allowance>): Taking<Allowance> {
      return {
        take(what, whom, allowance) {
          const waitMs = limits.take(what, whom, allowance);
          if (waitMs > 0) later.limited(what);
          return waitMs;
        },
      };
    },
    shed: later.shed,
    sip: { answered: later.sipAnswered, dropped: later.sipDropped },
    pressure: (requests: () => number) => createPressure({ lag, waiting, requests }),
    readiness: (store: Store, isDraining: () => boolean) => createReadiness({ store, clock, isDraining }),

    /** Begins to count, where the configuration wants numbers. */
    count(store: Store, streams: () => Map<string, number>, sip: MetricsParts["sip"], sites: () => Config["sites"]): Metrics {
      metrics ??= createMetrics({ clock, store, streams, sip, labels: createLabels((site) => destinationsIn(sites()[site])) });
      measure = metrics;
      return metrics;
    },

    stop: () => lag.stop(),
  };
}

/** Every name by which a site calls where handoffs go. */
function destinationsIn(site: SiteConfig | undefined): string[] {
  if (!site) return [];
  const { routes, fallback, person } = site;
  const fallen = fallback.flatMap((step) => (step.to === "destination" ? [step.destination] : []));
  return [...routes.map(({ destination }) => destination), ...fallen, ...(person.destination === null ? [] : [person.destination])];
}

interface Taking<Allowance> {
  take(what: string, whom: string, allowance: Allowance): number;
}

export type Operations = ReturnType<typeof createOperations>;
