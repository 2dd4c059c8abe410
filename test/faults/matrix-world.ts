import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readConfig } from "@baton/bridge-server/config";
import { startBridge } from "@baton/bridge-server/main";
import type { Store } from "@baton/bridge-server/store/store";
import { createSimulator } from "@baton/demo/assistant/simulator";
import { startDesk } from "../journeys/desk.ts";
import { bridgeSettings, environmentFor } from "./bridge-settings.ts";
import { openDoorway, type Moment } from "./doorway.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { openMatrixDatabase, type MatrixDatabase } from "./matrix-database.ts";
import { writtenTo, type Point } from "./matrix-points.ts";
import type { Order, Report } from "./struck-bridge.ts";
import { watchBridge } from "./watched-bridge.ts";

const ENTRY = fileURLToPath(new URL("./struck-bridge.ts", import.meta.url));
/** Asked to stop, a bridge is gone within so much (F21). */
export const GONE_WITHIN_MS = 10_000;
const COMPILED = join(tmpdir(), "baton-matrix-compiled");
const LOOK_MS = 10;
/** Longer than it takes to hear, on a machine that does much else, that a bridge stands. */
const HELD_MS = 250;
/** A quarter of what it is in life, so that a pause that outlives it is one of seconds. */
export const LEASE_MS = 2_000;

/** What an agent may know and a visitor may not. */
export const CONTEXT_CANARY = "A-1001 for the colleague alone";

interface Opening {
  /** Servers that cells may share, as each has a database of its own. `null`: SQLite. */
  engines: { newDatabase(): Promise<string>; natsPort: number } | null;
  /** The first process stands at this point of the bridge, if at any. */
  stand: { at: Point; nth: number } | null;
  signal: AbortSignal;
  fail(error: Error): void;
  /** The bridge stands where it was to stand. */
  stands(): void;
  passed(moment: Moment): void;
  logged(text: string): void;
  /** For whatever is left open: of 0 to 1. */
  random(): number;
}

/** Everything that one cell needs, but for people: the bridge that is struck, whom it speaks with, and on PostgreSQL its neighbour. */
export async function openWorld({ engines, stand, signal, fail, stands, passed, logged, random }: Opening) {
  const data = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "baton-matrix-"));
  const simulator = createSimulator({
    options: { stateKeys: ["order_id"] },
    rules: [
      { match: /refund/i, say: "I am passing you over.", end: true, handoff: HANDOFF, state: { order_id: CONTEXT_CANARY } },
      { match: /hello/i, say: "Hello, what can I do?" },
    ],
  });
  const upstream = await simulator.start();
  const desk = await startDesk("desk");
  const violations: string[] = [];
  let next: { door: "assistant" | "desk"; point: Moment["point"]; done(): void } | null = null;
  let refusesStreams = false;
  let avoids = false;
  let called: (() => void) | null = null;
  let calling: Promise<void> = Promise.resolve();
  /** Who waits for which order to be carried out: a fault may take until the next write, and meanwhile others are given. */
  const waiting = new Map<Order["does"], (owed: string[]) => void>();
  let standing: { life: number } | null = null;
  let hasStood = false;

  const database = engines ? await openMatrixDatabase(await engines.newDatabase()) : null;
  const bus = engines ? await startFaultProxy({ to: { host: "127.0.0.1", port: engines.natsPort } }) : null;
  // Where the bridge stands between writing and hearing, there is no answer yet when its standing is known.
  const held = (door: "assistant" | "desk") => ({ holdMs: stand && writtenTo[stand.at] === door ? HELD_MS : 0 });
  const toAssistant = await openDoorway("assistant", () => upstream.url, passing, held("assistant"));
  const toDesk = await openDoorway("desk", () => desk.origin, passing, held("desk"));
  const common = environmentFor({ data, assistantUrl: toAssistant.url, deskUrl: `${toDesk.url}/desk`, deskSecret: desk.secret });
  const bridge = watchBridge({
    entry: ENTRY,
    environment: {
      ...common,
      ...(database && bus && { DATABASE_URL: database.urlOverLine, NATS_URL: `nats://127.0.0.1:${bus.port}` }),
      LEASE_MS: String(LEASE_MS),
      NODE_COMPILE_CACHE: COMPILED, // half of what a start takes
    },
    firstLife: stand ? { STAND_AT: stand.at, STAND_NTH: String(stand.nth) } : {},
    said: (line) => heard(JSON.parse(line) as Report), // as `struck-bridge.ts` writes it
    logged,
    failed: () => fail(new Error(`the bridge failed: ${bridge.trouble.join("\n")}`)),
    isTrouble: (line) => /"event":"job_parked"|request_broke/.test(line) && !/StoreUnavailable/.test(line),
  });
  await bridge.start();
  const neighbour = database && engines ? await startNeighbour(database, engines.natsPort) : null;
  const toBridge = await openDoorway(
    "bridge",
    () => (neighbour && (avoids || bridge.url() === null) ? neighbour.url : bridge.url()),
    passing,
  );

  const doors = { bridge: toBridge, assistant: toAssistant, desk: toDesk };
  const world = {
    bridge,
    doors,
    desk,
    neighbour: neighbour?.url ?? null,
    violations,
    /**
     * The bridge goes on from where it stands, or where it is called to stand first, and does this to itself. Resolves when it has;
     * `null`: it has gone on already, or the process that stood is gone.
     */
    async goOn(order: Order = { does: "nothing" }): Promise<string[] | null> {
      if (!isThere() && order.does !== "nothing") await (calling = calling.catch(() => {}).then(call)); // whoever called before is answered first
      if (!isThere()) return null;
      const life = bridge.lives();
      let told: string[] | null = null;
      if (order.does !== "nothing") waiting.set(order.does, (owed) => (told = owed));
      standing = null;
      bridge.say(JSON.stringify(order));
      if (order.does !== "nothing") await world.until(`the bridge to ${order.does}`, () => told !== null || bridge.lives() > life);
      return told;
    },
    async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
      while (!(await isSo())) {
        if (signal.aborted) throw new Error(`in vain: ${what}`);
        await pause(LOOK_MS);
      }
    },
    wrong: (what: string): void => void violations.push(what),
    mustBe(what: string, isSo: boolean): void {
      if (!isSo) throw new Error(`nobody was ${what}`);
    },
    refuseStreams: (does: boolean): void => void (refusesStreams = does),
    /** Whoever asks for a bridge gets the neighbour, where there is one. */
    avoid(does: boolean): void {
      avoids = does;
      if (does && neighbour) toBridge.reset();
    },
    /** Resets what is under way to somebody; if that is nothing, the next request there, before or after it was heard. */
    async resetNext(door: "assistant" | "desk", goOn: () => Promise<unknown>): Promise<void> {
      const resetting =
        doors[door].reset() > 0 ? null : new Promise<void>((done) => (next = { door, point: random() < 0.5 ? "arrived" : "done", done }));
      await goOn();
      await resetting;
    },
    /** What is owed, by task, but for what is only watched for: nothing, once everything has come to its end. */
    owed: async (): Promise<string[]> =>
      database
        ? database.owed()
        : ((await world.goOn({ does: "tell what is owed" })) ?? ["whatever a bridge owes that is not there to say"]),
    /** Stops every bridge, and tells what they keep: every byte of a file, everything that can be read in a database. */
    async kept(): Promise<string> {
      const late = setTimeout(() => void bridge.stop(), GONE_WITHIN_MS);
      await bridge.stop("SIGTERM");
      clearTimeout(late);
      await neighbour?.stop();
      if (database) return database.contents();
      return readdirSync(data)
        .map((name) => readFileSync(join(data, name), "latin1"))
        .join("\n");
    },
    async close(): Promise<void> {
      await bridge.stop();
      await neighbour?.stop();
      await Promise.all([toBridge.close(), toAssistant.close(), toDesk.close(), database?.close(), bus?.close()]);
      await Promise.all([upstream.close(), desk.stop()]);
      rmSync(data, { recursive: true, force: true });
    },
    ...(database && bus && { database, bus }),
  };
  return world;

  function isThere(): boolean {
    return standing !== null && standing.life === bridge.lives();
  }

  async function call(): Promise<void> {
    await world.until("a bridge that can be called", () => bridge.url() !== null); // one that is still starting would die of the signal
    const life = bridge.lives();
    let isAnswered = false;
    called = () => (isAnswered = true);
    bridge.signal("SIGUSR2");
    await world.until("the bridge to stand where it was called", () => isAnswered || bridge.lives() > life);
  }

  function passing(moment: Moment): "cut" | void {
    passed(moment);
    const { door, point, path } = moment;
    if (door === "bridge") return refusesStreams && path.includes("/entries") ? "cut" : undefined;
    if (next?.door !== door || next.point !== point) return;
    const { done } = next;
    next = null;
    done();
    return "cut";
  }

  function heard(report: Report): void {
    if ("struck" in report) return waiting.get(report.struck)?.([]);
    if ("owed" in report) return waiting.get("tell what is owed")?.(report.owed);
    standing = { life: bridge.lives() };
    hasStood = true;
    if (report.stands === "where it was called") called?.();
    else stands();
  }

  async function startNeighbour({ url }: MatrixDatabase, natsPort: number) {
    const environment = { ...common, DATABASE_URL: url, NATS_URL: `nats://127.0.0.1:${natsPort}` };
    /** It takes up work when the bridge stands, or did: until then every point is the bridge's to come by. */
    const between = (store: Store): Store => ({
      ...store,
      claimJobs: async (limit, leaseMs) => (stand === null || hasStood ? store.claimJobs(limit, leaseMs) : []),
    });
    return startBridge(readConfig(bridgeSettings(environment), environment), { log: () => {}, leaseMs: LEASE_MS, between });
  }
}

const HANDOFF = { destination: "refunds", reason: "refund" };

/** What a strike may reach. */
export type World = Omit<Awaited<ReturnType<typeof openWorld>>, "database" | "bus">;
export interface PostgresWorld extends World {
  database: MatrixDatabase;
  bus: Awaited<ReturnType<typeof startFaultProxy>>;
}
