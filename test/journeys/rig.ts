import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, secret, type ConfigFile } from "@baton/bridge-server/config";
import type { LogEvent } from "@baton/bridge-server/log";
import { startBridge, type Running } from "@baton/bridge-server/main";
import type { Store } from "@baton/bridge-server/store/store";
import { createClock as createSimulatorClock } from "@baton/demo/assistant/clock";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { createSimulator, type SimulatorSettings } from "@baton/demo/assistant/simulator";
import { startDesk } from "./desk.ts";
import { countAwaited, countSleepers } from "./awaited.ts";
import { watchCalls } from "./calls.ts";
import { everyFileIn, everyRowOf } from "./kept.ts";
import { fits } from "./operator-answers.ts";
import { createVirtualClock } from "./virtual-clock.ts";
import type { HandoffView } from "./handoff-view.ts";
import { createVisitor, ORIGIN, type Visitor, type VisitorOptions } from "./visitor.ts";

type Site = ConfigFile["sites"][string];

export interface RigOptions extends Partial<Pick<ConfigFile, "connectors" | "channels" | "fileStore" | "announce" | "slack" | "alerts">> {
  /** What is different about the site `shop`; the rest is the rig's. */
  site?: Partial<Omit<Site, "assistant">>;
  /** Settings of its assistant beside address and keys: budgets, `whenOver`, a variant. */
  assistant?: Record<string, unknown>;
  simulator?: Omit<SimulatorSettings, "clock">;
  listen?: Partial<ConfigFile["listen"]>;
  outbound?: Partial<ConfigFile["outbound"]>;
  announce?: ConfigFile["announce"];
  mail?: ConfigFile["mail"];
  sip?: ConfigFile["sip"];
  /** What is kept for how long, and copied out to where. */
  kept?: Partial<Pick<ConfigFile, "export" | "retention" | "redaction">>;
  /** Operators' keys beside the rig's own, which may do everything. */
  operators?: NonNullable<ConfigFile["operators"]>["keys"];
  /** Who else is called, so that it is known when nobody is. */
  origins?: string[];
  /** Stands between the bridge and its store. */
  between?: (store: Store) => Store;
  /** The address of an empty PostgreSQL database. Left out: a file. */
  database?: string;
  /** Other sites, by name; `base` is what `shop` would be without `site`. */
  sites?: (base: Site) => Record<string, Site>;
  /** What the environment holds besides the rig's own secrets. */
  env?: Record<string, string>;
  at?: Date;
}

/** A Monday morning. */
const START = new Date("2026-11-23T10:00:00Z");
const OPERATOR_KEY = "an-operator-key-of-some-length";
/** Generous, so that only the tests of limits meet them. */
const LIMITS: Site["limits"] = {
  handoffsPerHour: 10_000,
  perVisitor: { linesPerMinute: 10_000, burst: 10_000, linesPerDay: 10_000 },
  perAddress: { conversationsPerHour: 10_000, linesPerMinute: 10_000 },
};

/** The whole of Baton but for a browser: a simulated platform, a bridge and two desks, in one process and on one clock that tests turn. */
export async function startRig(options: RigOptions = {}) {
  const start = options.at ?? START;
  const clock = createVirtualClock(start);
  const upstreamClock = createSimulatorClock({ frozenAt: start.getTime() });
  const stored = countAwaited();
  const sleepers = countSleepers(upstreamClock);
  const simulator = createSimulator({ ...options.simulator, clock: sleepers.clock });
  const upstream = await simulator.start();
  const [desk, secondDesk] = await Promise.all([startDesk("desk"), startDesk("second")]);
  const calls = watchCalls([new URL(upstream.url).origin, desk.origin, secondDesk.origin, ...(options.origins ?? [])]);
  const data = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "baton-journey-"));
  const log: LogEvent[] = [];
  const visitors: Visitor[] = [];
  let lagMs = 0;

  const base: Site = {
    title: "Shop",
    origins: [ORIGIN],
    assistant: {
      baseUrl: upstream.url,
      account: demoAccount.account,
      project: demoAccount.project,
      chatApiKey: secret("CHAT_KEY"),
      chatToken: secret("CHAT_TOKEN"),
      handoffApiKey: secret("HANDOFF_KEY"),
      ...options.assistant,
    },
    routes: [{ destination: "refunds", to: { connector: "desk", queue: "refunds" } }],
    defaultRoute: { to: { connector: "desk", queue: "general" } },
    limits: LIMITS,
  };
  const config = readConfig(
    {
      listen: { port: 0, ...options.listen },
      data,
      widget: data,
      outbound: { allowPrivate: true, ...options.outbound },
      operators: { keys: [{ name: "tests", key: secret("OPERATOR"), role: "admin" }, ...(options.operators ?? [])] },
      connectors: {
        desk: { use: "webhook", settings: { url: desk.url, secrets: [secret("DESK")] } },
        second: { use: "webhook", settings: { url: secondDesk.url, secrets: [secret("SECOND")] } },
        ...options.connectors,
      },
      ...(options.channels && { channels: options.channels }),
      ...(options.announce && { announce: options.announce }),
      ...(options.slack && { slack: options.slack }),
      ...(options.alerts && { alerts: options.alerts }),
      ...(options.fileStore && { fileStore: options.fileStore }),
      ...(options.mail && { mail: options.mail }),
      ...(options.sip && { sip: options.sip }),
      ...(options.database && { store: { postgres: secret("DATABASE_URL") } }),
      ...options.kept,
      sites: { shop: { ...base, ...options.site }, ...options.sites?.(base) },
    } satisfies ConfigFile,
    {
      OPERATOR: OPERATOR_KEY,
      DESK: desk.secret,
      SECOND: secondDesk.secret,
      CHAT_KEY: demoAccount.chatApiKey,
      CHAT_TOKEN: demoAccount.chatToken,
      HANDOFF_KEY: demoAccount.handoffApiKey,
      CONVERSATIONS_KEY: demoAccount.conversationsApiKey,
      ...(options.database && { DATABASE_URL: options.database }),
      ...options.env,
    },
  );
  let bridge = await startOne();
  let stopping: Promise<void> | null = null;

  const rig = {
    get url() {
      return bridge.url;
    },
    operatorKey: OPERATOR_KEY,
    /** The way in for whoever runs it inside a program. */
    get bridge() {
      return bridge.bridge;
    },
    clock,
    /** The bridge's folder. */
    data,
    simulator: simulator.control,
    upstreamUrl: upstream.url,
    desk,
    secondDesk,
    /** Every line the bridge has logged. */
    log,
    /** How late the bridge believes its event loop to be. */
    isLate: (ms: number) => void (lagMs = ms),
    /** Where metrics and health are read, if `listen` opens such a place. */
    get privateUrl() {
      return bridge.privateUrl;
    },
    /** Where calls are taken, if `sip` opens such a place. */
    get sipPort() {
      return bridge.sipPort;
    },
    /** Everything that is secret here and must never be seen outside. */
    secrets: [OPERATOR_KEY, desk.secret, secondDesk.secret, ...simulator.control.secrets()],
    /** A visitor who has begun and listens. */
    async visitor(how: VisitorOptions & { follows?: boolean; begin?: object } = {}): Promise<Visitor> {
      const visitor = createVisitor(() => bridge.url, how);
      visitors.push(visitor);
      await visitor.begin(how.begin);
      if (how.follows !== false) await visitor.follow();
      await settle();
      return visitor;
    },
    /** A visitor who has been handed off and now waits in the queue of the shop's refunds. */
    async queued(how: VisitorOptions = {}): Promise<Visitor> {
      const visitor = await rig.visitor(how);
      await rig.says(visitor, "I want a refund", "A-1001");
      await visitor.reaches("queued");
      return visitor;
    },
    /** A visitor with whom Kim, on the desk, is talking. */
    async live(how: VisitorOptions = {}): Promise<Visitor> {
      const visitor = await rig.queued(how);
      await desk.joins("Kim");
      await settle();
      await visitor.reaches("live");
      return visitor;
    },
    /** Says lines one after the other, each once everything about the one before is done. */
    async says(visitor: Visitor, ...lines: string[]): Promise<void> {
      for (const line of lines) {
        const { status, body } = await visitor.say(line);
        if (status !== 200) throw new Error(`say: ${status} ${JSON.stringify(body)}`);
        await settle();
      }
    },
    settle,
    /** What is on the disk, or in the database, as text, when the bridge has stopped and let go of it. */
    async onDisk(): Promise<string> {
      await stopOne();
      const kept = [...everyFileIn(data), ...(options.database ? await everyRowOf(options.database) : [])].join("\n");
      bridge = await startOne();
      return kept;
    },
    /** Lets `ms` go by for the bridge and the platform, doing at each moment what is due then. */
    async pass(ms: number): Promise<void> {
      await settle(); // what was begun just now begins at this moment, not at the next
      let before = clock.now().getTime();
      await clock.pass(ms, follow);
      async function follow() {
        const now = clock.now().getTime();
        upstreamClock.advance(now - before);
        before = now;
        await settle();
      }
    },
    /** The same for long times: what came due on the way is done once, at the end. */
    async jump(ms: number): Promise<void> {
      upstreamClock.advance(ms);
      await clock.jump(ms, settle);
    },
    /** What downstream systems read. */
    async handoffs(query: string, key: string | null = OPERATOR_KEY) {
      const response = await fetch(`${bridge.url}/v1/handoffs?${query}`, { headers: key === null ? {} : { "x-api-key": key } });
      const body: unknown = await response.json();
      fits("GET", "handoffs", response.status, body);
      // Its shape is what the tests of the handoff state are about.
      return { status: response.status, body: body as { code?: string; handoffs: HandoffView[] } };
    },
    /** Stops the bridge as SIGTERM would, and starts another one on what it left behind, `downMs` later. */
    async restart(downMs = 0): Promise<void> {
      await stopOne();
      await rig.jump(downMs);
      bridge = await startOne();
    },
    /** Tells the bridge to stop, as SIGTERM would; it does when time passes. */
    stopBridge: (noticeMs: number): Promise<void> => (stopping = bridge.stop(noticeMs)),
    /** Lets time pass until that is so. */
    passUntil,
    async stop(): Promise<void> {
      for (const visitor of visitors) visitor.unfollow();
      desk.release();
      secondDesk.release();
      await Promise.all([stopOne(), upstream.close()]);
      await Promise.all([desk.stop(), secondDesk.stop()]);
      calls.stop();
      rmSync(data, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => rig.stop(),
  };
  return rig;

  async function startOne(): Promise<Running> {
    const lag = { ms: () => lagMs, stop() {} };
    const running = await startBridge(config, {
      clock,
      lag,
      log: (event) => void log.push(event),
      between: (store) => (options.between ?? ((same) => same))(stored.between(store)),
    });
    desk.callsBackTo(`${running.url}/v1/hooks/shop/desk`);
    secondDesk.callsBackTo(`${running.url}/v1/hooks/shop/second`);
    return running;
  }

  /** Work that waits on our clock goes on only if it moves; a bridge waits some seconds for it. */
  async function stopOne(): Promise<void> {
    await passUntil(stopping ?? bridge.stop());
    stopping = null;
  }

  async function passUntil(what: Promise<unknown>): Promise<void> {
    const over = what.then(() => true);
    while (!(await Promise.race([over, nextTurn().then(() => false)]))) {
      upstreamClock.advance(100);
      await clock.pass(100, nextTurn);
    }
  }

  /** Resolves when nobody has anything left to do until time passes, or until an answer comes that was told to wait. */
  async function settle(): Promise<void> {
    const end = Date.now() + 30_000;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await nextTurn();
      if (calls.underWay().length > toldToWait() || stored.awaited() > 0) quiet = 0;
      if (Date.now() > end) throw new Error(`this never settles: ${calls.underWay().join(", ")}`);
    }
  }

  function toldToWait(): number {
    const unanswered = simulator.control.requests().filter(({ status, faults }) => status === null && faults.includes("never_answers"));
    return sleepers.asleep() + unanswered.length + desk.heldCount() + secondDesk.heldCount();
  }
}

/** From an answer to the next call the bridge takes a few turns of the event loop: deciding, a commit, a claim. */
const QUIET_TURNS = 15;
const nextTurn = () => new Promise<void>((done) => setImmediate(done));

export type Rig = Awaited<ReturnType<typeof startRig>>;
