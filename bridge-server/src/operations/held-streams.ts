import type { Clock } from "../clock.ts";
import type { HeldWatch } from "../hold/hold.ts";
import type { Measure } from "./measure.ts";

/** A connector's streams, by how they fare. */
export interface StreamsOfConnector {
  opening: number;
  open: number;
  /** Broke, or could not be opened here, and are not due to be begun again. */
  waiting: number;
  /** For how long the quietest of the open ones has shown no sign of life. `null`: none is open. */
  silentMs: number | null;
}

/**
 * Keeps count of what this bridge holds of other companies' streams. A connector that has held one is told of from then on, so that
 * none looks like none. `ended` hears how each ended that had been open.
 */
export function createHeldStreams(clock: Clock, ended: (connector: string, outcome: string) => void): HeldStreams {
  const held = new Map<string, Set<Stream>>();
  const waits = new Map<number, { connector: string; until: number }>();

  return {
    holds(connector) {
      const stream: Stream = { heardAt: null };
      const heard = () => void (stream.heardAt = clock.now().getTime());
      const all = of(connector).add(stream);
      return {
        opened: heard,
        heard,
        over(fault) {
          all.delete(stream);
          if (stream.heardAt !== null) ended(connector, fault?.kind ?? "ok");
        },
      };
    },
    released({ id, task, input }, how) {
      if (task !== "listen" || !(how instanceof Date)) return;
      forgetDue();
      waits.set(id, { connector: connectorIn(input), until: how.getTime() });
    },
    claimed: (jobs) => jobs.forEach(({ id }) => waits.delete(id)),
    now() {
      const now = forgetDue();
      for (const { connector } of waits.values()) of(connector);
      return new Map([...held].map(([connector, streams]) => [connector, count(connector, [...streams], now)]));
    },
  };

  /** Another bridge may have begun them. */
  function forgetDue(): number {
    const now = clock.now().getTime();
    for (const [id, { until }] of waits) if (until <= now) waits.delete(id);
    return now;
  }

  function of(connector: string): Set<Stream> {
    const streams = held.get(connector) ?? new Set();
    held.set(connector, streams);
    return streams;
  }

  function count(connector: string, streams: Stream[], now: number): StreamsOfConnector {
    const heardAt = streams.flatMap((stream) => stream.heardAt ?? []);
    return {
      opening: streams.length - heardAt.length,
      open: heardAt.length,
      waiting: [...waits.values()].filter((wait) => wait.connector === connector).length,
      silentMs: heardAt.length === 0 ? null : now - Math.min(...heardAt),
    };
  }
}

/** `listens` wrote it. */
const connectorIn = (input: unknown) => (input as { connector: string }).connector;

interface Stream {
  /** `null`: it is not open yet. */
  heardAt: number | null;
}

export interface HeldStreams extends Pick<Measure, "claimed" | "released"> {
  holds(connector: string): HeldWatch;
  now(): Map<string, StreamsOfConnector>;
}
