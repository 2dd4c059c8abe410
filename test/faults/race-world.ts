import { createBridge, type Bridge } from "@baton/bridge-server/bridge";
import type { Clock } from "@baton/bridge-server/clock";
import type { VendorNews } from "@baton/bridge-server/connectors/connector";
import type { HandoffId, Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import type { Steering } from "@baton/bridge-server/conversation/steering";
import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import type { LogEvent } from "@baton/bridge-server/log";
import type { Entry } from "@baton/bridge-server/protocol";
import { storeOn } from "@baton/bridge-server/store/sqlite";
import type { Store } from "@baton/bridge-server/store/store";
import { filesNowhere } from "@baton/bridge-server/work/test-outside";
import { createWorker } from "@baton/bridge-server/work/work";
import { createVirtualClock } from "../journeys/virtual-clock.ts";
import { openCopiedTables } from "./copied-tables.ts";
import { racingAssistant, racingDesk, type Wait } from "./race-parties.ts";

const key = { site: "shop", id: "c" };
const NOW = new Date("2026-11-23T10:00:00Z");
const LONG = 1e9;
const QUIET_TURNS = 4;
/** Longer than a handoff may take, and than any lease. */
const SECONDS_OF_REST = 45;
/** What a desk that was down is still owed is tried again after minutes. What is due later than this only waits for its day. */
const SOON_MS = 60 * 60_000;

/** One bridge process: its own bridge and worker on the store that all share. */
interface Instance {
  bridge: Bridge;
  /** Stands still as after SIGSTOP: nothing it asks the store for is done, and no timer fires, until it goes on. */
  freeze(): void;
  thaw(): void;
  isFrozen(): boolean;
  stop(): Promise<void>;
}

/** What everybody saw for themselves. */
interface Seen {
  /** Lines that a bridge said it has, by id, with the number it gave. */
  acknowledged: Map<string, number>;
  /** The words of every line, by id, in the order in which they were said, whoever took them. */
  said: Map<string, string>;
  /** What an agent said, once a bridge has taken the news of it. */
  agents: { ref: string; text: string }[];
  /** Orders of operators that a bridge has answered. */
  orders: Set<string>;
  /** What each reader got, in order. */
  readers: Entry[][];
}

/**
 * Two bridges on one SQLite store, an assistant and a desk, in one process. `wait` is asked before every call leaves and before every
 * answer arrives, so whoever gives it decides the order in which they race.
 */
export async function startRace(wait: Wait) {
  const clock = createVirtualClock(NOW);
  const db = openCopiedTables(clock.now);
  let underWay = 0;
  const store = counted(storeOn(db, clock.now));
  const fanout = inProcessFanout();
  const log: LogEvent[] = [];
  let ids = 0;
  const lifecycle = (): { phase: string; handoff?: HandoffId } => {
    const row = db.prepare("SELECT lifecycle FROM conversation WHERE site = ? AND id = ?").get(key.site, key.id);
    return row === undefined ? { phase: "none" } : (JSON.parse(String(row["lifecycle"])) as Lifecycle);
  };
  const phase = () => lifecycle().phase;
  const assistant = racingAssistant(wait, phase);
  const desk = racingDesk(wait);
  const seen: Seen = { acknowledged: new Map(), said: new Map(), agents: [], orders: new Set(), readers: [] };
  const instances = [startInstance(), startInstance()];
  let lines = 0;
  let told = 0;
  let wishes = 0;
  let orders = 0;

  await instances[0]!.bridge.happened(key, "began", {
    type: "conversation_began",
    sharedId: "s0",
    token: { hash: "", expiresAt: NOW.toISOString() },
    visitor: { language: null, page: null },
    greet: true,
  });
  for (const { bridge } of instances) {
    const reader: Entry[] = [];
    seen.readers.push(reader);
    await bridge.follow(
      key,
      0,
      (entries) => void reader.push(...(entries as Entry[])),
      () => {},
    ); // the protocol's entries are what the core keeps
  }
  await settle();

  return {
    clock,
    assistant,
    desk,
    seen,
    log,
    phase,
    settle,
    say(text: string, tab: number, id = `l${++lines}`) {
      seen.said.set(id, text);
      return running(tab)
        .bridge.happened(key, `line:${id}`, { type: "visitor_said", id, text }, { digest: text })
        .then(({ entries, repeats }) => void seen.acknowledged.set(id, entries[0]?.seq ?? repeats?.firstSeq ?? 0));
    },
    askForPerson(tab: number) {
      const next = { handoff: newId() as HandoffId, by: "visitor" as const, destination: null, reason: "visitor_request" };
      return running(tab).bridge.happened(key, `person:${++wishes}`, { type: "person_requested", next });
    },
    /** An operator steers the handoff that there is, if there is one, and sends the order to each of `tabs`. */
    async steer(did: Steering["did"], tabs: readonly number[]) {
      const { handoff } = lifecycle();
      if (handoff === undefined) return;
      const id = `o${++orders}`;
      const next = { handoff: newId() as HandoffId, by: "operator" as const, destination: null, reason: null };
      const how: Steering = did === "closed" ? { did, message: `Bye ${id}` } : { did, next, utterance: null };
      const fact = { type: "steered" as const, id, handoff, operator: "olga", how };
      await Promise.all(tabs.map((tab) => running(tab).bridge.happened(key, `steered:${id}`, fact, { digest: did })));
      seen.orders.add(id);
    },
    leave: (tab: number) => running(tab).bridge.happened(key, "leave", { type: "conversation_ended", by: "visitor" }),
    isErased: () => db.prepare("SELECT 1 FROM fact WHERE id = 'erasure'").get() !== undefined,
    erase: (tab: number) => running(tab).bridge.erase(key, "visitor"),
    /** Every row of every table, as text. */
    onDisk: () =>
      ["conversation", "entry", "note", "fact", "job", "name"]
        .flatMap((table) => db.prepare(`SELECT * FROM ${table}`).all())
        .map((row) => JSON.stringify(row))
        .join("\n"),
    /** An agent does something in the desk's chat `ref`; the desk delivers it to each of `tabs`, as desks do that are not sure. */
    async news(ref: string, what: NewsWithoutNames, tabs: readonly number[] = [0], id = `n${++told}`) {
      await Promise.all(
        tabs.map(async (tab) => {
          await running(tab).bridge.heard(key.site, "desk", { ...what, chat: { ref }, id } as VendorNews); // what is left out is added here
          if (what.type === "agent_said") seen.agents.push({ ref, text: what.text });
        }),
      );
    },
    freeze: (instance: number) => instances[instance]!.freeze(),
    thaw: (instance: number) => instances[instance]!.thaw(),
    /** Everybody is well again, and whatever is still owed is done; `arrive` lets all arrive who are on their way. */
    async rest(arrive: () => Promise<void>): Promise<void> {
      desk.goDown(false);
      for (const instance of instances) instance.thaw();
      for (let second = 0; second < SECONDS_OF_REST || isOwedSoon(); second++) {
        await clock.pass(1_000, settle);
        await arrive();
      }
    },
    /** Lets `ms` go by for everybody, doing at each moment what is due then. */
    pass: (ms: number) => clock.pass(ms, settle),
    entries: async () => (await store.entriesAfter(key, 0)) as Entry[], // as above
    notes: () => instances[0]!.bridge.notes(key),
    async stop() {
      for (const instance of instances) instance.thaw();
      await Promise.all(instances.map((instance) => instance.stop()));
      await store.close();
    },
  };

  function isOwedSoon(): boolean {
    return db.prepare("SELECT 1 FROM job WHERE run_at < ?").get(clock.now().getTime() + SOON_MS) !== undefined;
  }

  function newId(): string {
    return `${++ids}`.padStart(32, "0");
  }

  /** Whoever stands still answers nobody: a visitor's next try goes to the other. */
  function running(tab: number): Instance {
    const own = instances[tab % instances.length]!;
    return own.isFrozen() ? (instances.find((one) => !one.isFrozen()) ?? own) : own;
  }

  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = underWay > 0 ? 0 : quiet + 1) await nextTurn();
  }

  function counted(store: Store): Store {
    const count = <A extends unknown[], T>(ask: (...given: A) => Promise<T>) => {
      return (...given: A) => {
        underWay++;
        return ask(...given).finally(() => underWay--);
      };
    };
    return {
      ...store,
      record: count(store.record),
      claimJobs: count(store.claimJobs),
      finishJob: count(store.finishJob),
      renew: count(store.renew),
    };
  }

  function startInstance(): Instance {
    let frozen: PromiseWithResolvers<void> | null = null;
    const stillness = async () => {
      for (let still = frozen; still; still = frozen) await still.promise;
    };
    const held = <A extends unknown[], T>(ask: (...given: A) => Promise<T>) => {
      return async (...given: A) => {
        await stillness();
        const answer = await ask(...given);
        await stillness();
        return answer;
      };
    };
    const ownClock: Clock = {
      now: clock.now,
      after(ms, run) {
        let isCancelled = false;
        const cancel = clock.after(ms, () => {
          void stillness().then(() => isCancelled || run());
        });
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
    const own: Store = {
      ...store,
      record: held(store.record),
      claimJobs: held(store.claimJobs),
      finishJob: held(store.finishJob),
      renew: held(store.renew),
    };
    const policy = { queueWaitMs: LONG, colleagueWaitMs: LONG, abandonAfterMs: LONG, silenceWarnAfterMs: LONG, closeAssistantChat: true };
    const bridge = createBridge({ store: own, fanout, clock: ownClock, policyOf: () => policy });
    const worker = createWorker({
      bridge,
      store: own,
      clock: ownClock,
      log: (event) => void log.push(event),
      announcer: { toldOn: () => [], tell: async () => {}, test: async () => {} },
      chores: {},
      alerts: { isOn: false, look: async () => {}, list: async () => [] },
      reconciliation: { sites: [], look: async () => {} },
      files: filesNowhere,
      mailer: null,
      newId,
      sites: () => [key.site],
      readDestinations: async () => {},
      site: () => ({
        assistant,
        connectors: { desk: { connector: desk, abilities: { typing: false, read: false, files: false, maxLineLength: 4_000 } } },
        rules: { routes: [], defaultRoute: { to: { connector: "desk", queue: null, urgent: false }, hours: null }, hours: {} },
        fallback: [{ to: "goodbye" }],
        channels: {},
        turnsPerDay: 5_000,
        files: "off",
        title: "Shop",
        whenOver: "restart",
        handoff: { openWithinMs: 30_000, contextWaitMs: 0, abandonAfterMs: LONG, afterAgent: "end", stateKeys: [], failureStates: [] },
        silence: { warnAfterMs: LONG, endAfterMs: LONG },
      }),
    });
    worker.start();
    return {
      bridge,
      freeze: () => void (frozen ??= Promise.withResolvers<void>()),
      thaw() {
        frozen?.resolve();
        frozen = null;
      },
      isFrozen: () => frozen !== null,
      stop: () => worker.stop(0),
    };
  }
}

export const nextTurn = () => new Promise<void>((done) => setImmediate(done));

type NewsWithoutNames = VendorNews extends infer N ? (N extends VendorNews ? Omit<N, "chat" | "id"> : never) : never;
export type Race = Awaited<ReturnType<typeof startRace>>;
