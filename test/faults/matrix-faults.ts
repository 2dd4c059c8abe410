import { setTimeout as pause } from "node:timers/promises";
import { GONE_WITHIN_MS, LEASE_MS, type PostgresWorld, type World } from "./matrix-world.ts";
import { endOfWrite } from "./postgres-writes.ts";
import type { Order } from "./struck-bridge.ts";

/** The two kinds of store. On PostgreSQL a second bridge works beside the one that is struck, and NATS tells each of the other. */
export type StoreKind = "sqlite" | "postgres";

/** How long what is gone stays away. */
const AWAY_MS = 1_000;
/** How long a stopped process stands still: five leases, as forty seconds are in life. */
const STOPPED_MS = 5 * LEASE_MS;
const HOUR_MS = 60 * 60_000;

/**
 * What is done to the world while somebody stands at a point. Resolves when it has been done, once, and the world is whole again;
 * whoever stands there is let go on by it. Each is the same for both stores, or says what it means for either.
 */
type Strike<W = World> = (world: W) => Promise<void>;

const sqlite = (fault: Extract<Order, { does: "fail SQLite" }>["fault"], forMs: number): Strike => {
  return async ({ goOn }) => void (await goOn({ does: "fail SQLite", fault, forMs }));
};
const clock = (aheadMs: number) => both(async ({ goOn }) => void (await goOn({ does: "set the clock", aheadMs, forMs: AWAY_MS })));

export const strikes = {
  kill: both(async ({ bridge, goOn, until }) => {
    const life = bridge.lives();
    bridge.strike("SIGKILL");
    await until("another bridge", () => bridge.lives() > life && bridge.url() !== null);
    await goOn();
  }),

  term: both(async ({ bridge, goOn, until, wrong }) => {
    const life = bridge.lives();
    const since = performance.now();
    bridge.strike("SIGTERM");
    await goOn();
    await until("another bridge", () => bridge.lives() > life);
    const tookMs = performance.now() - since;
    if (tookMs > GONE_WITHIN_MS) wrong(`F21 a bridge that was asked to stop took ${tookMs.toFixed(0)} ms`);
    if (bridge.lastCode() !== 0) wrong(`F21 a bridge that was asked to stop ended with ${bridge.lastCode()}`);
    await until("another bridge", () => bridge.url() !== null);
  }),

  stop: both(async ({ bridge, goOn, avoid }) => {
    bridge.signal("SIGSTOP");
    await goOn();
    avoid(true); // whoever balances between bridges notices one that says nothing
    await pause(STOPPED_MS);
    bridge.signal("SIGCONT");
    avoid(false);
  }),

  "db-cut": {
    sqlite: sqlite("io_error", 0),
    async postgres({ database, goOn, mustBe }) {
      mustBe("connected", database.line.connections > 0);
      database.line.cutAll();
      await goOn();
    },
  },

  "db-refuse": {
    sqlite: sqlite("locked", AWAY_MS),
    async postgres({ database, goOn, mustBe }) {
      mustBe("connected", database.line.connections > 0);
      database.line.down();
      await goOn();
      await pause(AWAY_MS);
      database.line.up();
    },
  },

  "commit-unknown": {
    sqlite: sqlite("error_after_commit", 0),
    async postgres({ database, goOn }) {
      const cut = database.line.cutAfter(endOfWrite);
      await goOn();
      await cut;
    },
  },

  "bus-down": {
    /** A bridge alone has no bus. What lies between it and its readers is their streams: none is there for a while. */
    async sqlite({ doors, goOn, refuseStreams, mustBe }) {
      refuseStreams(true);
      mustBe("listening", doors.bridge.reset() > 0);
      await goOn();
      await pause(AWAY_MS);
      refuseStreams(false);
    },
    async postgres({ bus, goOn, mustBe }) {
      mustBe("connected", bus.connections > 0);
      bus.down();
      await goOn();
      await pause(2 * AWAY_MS);
      bus.up();
    },
  },

  "upstream-reset": both(({ resetNext, goOn }) => resetNext("assistant", goOn)),
  "connector-reset": both(({ resetNext, goOn }) => resetNext("desk", goOn)),
  "clock+1h": clock(HOUR_MS),
  "clock-1h": clock(-HOUR_MS),

  "disk-full": {
    sqlite: sqlite("full", AWAY_MS),
    /** The database says what it says when its disk is full, to every write. */
    async postgres({ database, goOn, until }) {
      await database.fill();
      await goOn();
      await until("a write that found no room", async () => (await database.refusals()) > 0);
      await pause(AWAY_MS);
      await database.empty();
    },
  },
} satisfies Record<string, { sqlite: Strike; postgres: Strike<PostgresWorld> }>;

export type Fault = keyof typeof strikes;
export const allFaults = Object.keys(strikes) as Fault[]; // the keys just written

function both(strike: Strike) {
  return { sqlite: strike, postgres: strike };
}
