import { createAlerts } from "@baton/bridge-server/alerts";
import type { PastConversation } from "@baton/bridge-server/assistant/past";
import { createBridge } from "@baton/bridge-server/bridge";
import { readConfig, secret } from "@baton/bridge-server/config";
import { createLiveDestinations } from "@baton/bridge-server/destinations";
import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import { createReconciliation } from "@baton/bridge-server/reconciliation";
import type { Store } from "@baton/bridge-server/store/store";
import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../journeys/virtual-clock.ts";
import { absentStores, storeKinds } from "./store-kinds.ts";
import { LATER } from "./store-under-test.ts";

// Two bridges that look at the same moment tell once what they have both found (M9, L1).

const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
const env = { CHAT_KEY: "canary-chat", CHAT_TOKEN: "canary-token", DESK: `whsec_${Buffer.alloc(32).toString("base64")}` };
const shop = readConfig(
  {
    widget: ".",
    connectors: { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("DESK")] } } },
    sites: {
      shop: {
        title: "Shop",
        origins: ["https://shop.example.com"],
        assistant: { region: "uk-1", chatApiKey: secret("CHAT_KEY"), chatToken: secret("CHAT_TOKEN") },
        defaultRoute: { to: { connector: "desk" } },
      },
    },
  },
  env,
);
const START = new Date("2026-11-22T12:00:00Z");

/** Two bridges, which where the store allows it have one each, and what is owed to whoever is told of anything. */
async function two(kind: string) {
  const clock = createVirtualClock(START);
  const open = storeKinds[kind]!(clock.now);
  const one = await open();
  const other = kind === "sqlite" ? one : await open(); // a file has one bridge
  const meeting = createMeeting();
  const bridges = [one, other].map((store) =>
    createBridge({
      store: { ...store, notes: meeting.after(store.notes), record: meeting.before(store.record) },
      fanout: inProcessFanout(),
      clock,
      policyOf: () => policy,
      announcedTo: () => ["crm"],
    }),
  );
  const told = async () => {
    const types: string[] = [];
    for (let jobs = await one.claimJobs(100, LATER); jobs.length > 0; jobs = await one.claimJobs(100, LATER))
      for (const job of jobs) {
        types.push((job.input as { type: string }).type); // of an announcement
        await one.finishJob(job);
      }
    return types;
  };
  return {
    clock,
    bridges,
    meeting,
    told,
    store: one,
    stores: [one, other],
    async [Symbol.asyncDispose]() {
      await Promise.all([...new Set([one, other])].map((store) => store.close()));
    },
  };
}

/** While it is on, nobody goes on to the second thing before both have done the first. */
function createMeeting() {
  let isOn = false;
  let here = 0;
  let gate = Promise.withResolvers<void>();
  return {
    on: (whether: boolean) => (isOn = whether),
    after:
      (read: Store["notes"]): Store["notes"] =>
      async (key) => {
        const found = await read(key);
        if (isOn) await meet();
        return found;
      },
    before:
      (record: Store["record"]): Store["record"] =>
      async (fact) => {
        if (isOn) await meet();
        return record(fact);
      },
  };

  async function meet(): Promise<void> {
    const { promise } = gate;
    if (++here === 2) {
      here = 0;
      const { resolve } = gate;
      gate = Promise.withResolvers();
      resolve();
    }
    await promise;
  }
}

describe.each(Object.keys(storeKinds))("on %s", (kind) => {
  const absent = absentStores[kind] ?? null;

  test.skipIf(absent !== null)("M9 an alert that two bridges see begin and end at the same moments is told once each time", async () => {
    await using rig = await two(kind);
    const each = (firing: { says: string } | null) => Promise.all(rig.bridges.map((bridge) => bridge.tellAlert("failures", firing)));
    rig.meeting.on(true);
    for (let round = 0; round < 3; round++) {
      await each({ says: `It is so for the ${round}th time.` });
      expect(await rig.told()).toEqual(["alert.fired"]);
      await each(null);
      expect(await rig.told()).toEqual(["alert.over"]);
    }
    rig.meeting.on(false);
    const bodies = (await rig.store.notes({ site: "", id: "alert:failures" })).map(({ body }) => (body as { type: string }).type);
    expect(bodies).toEqual([1, 2, 3].flatMap(() => ["alert_fired", "alert_over"]));
  });

  test.skipIf(absent !== null)(
    "M9 two bridges that look by the same rules at the same moment tell once, and so they do when they look again",
    async () => {
      await using rig = await two(kind);
      const rules = { key: { when: "key_expires" as const, keys: { CHAT_KEY: "2026-11-25" }, beforeDays: 14 } };
      const sites = () => ["shop"];
      const assistantOf = () => ({ context: async () => ({ state: "missing" as const }) });
      const looking = rig.bridges.map((bridge) => createAlerts(rules, { bridge, clock: rig.clock, sites, assistantOf }));
      rig.meeting.on(true);
      await Promise.all(looking.map(({ look }) => look()));
      rig.meeting.on(false);
      await Promise.all(looking.map(({ look }) => look()));
      expect(await rig.told()).toEqual(["alert.fired"]);
    },
  );

  test.skipIf(absent !== null)(
    "G3 what one bridge has kept of an edit counts on the other as soon as that looks, and of two edits one is kept",
    async () => {
      await using rig = await two(kind);
      const live = rig.stores.map((store) =>
        createLiveDestinations({ config: shop, queuesOf: () => null, store, clock: rig.clock, log: () => {} }),
      );
      const version = (number: number, queue: string) => {
        const document = { defaultRoute: { to: { connector: "desk", queue } } };
        return { site: "shop", number, document, changes: [], madeAt: START.toISOString(), madeBy: "ana" };
      };
      const queues = () => live.map((one) => (one.sites()["shop"]!.defaultRoute.to as { queue: string | null }).queue);
      expect(queues()).toEqual([null, null]);
      const kept = await Promise.all(rig.stores.map((store, n) => store.addDestinations(version(1, `queue-${n}`))));
      expect(kept.toSorted()).toEqual([false, true]);
      await Promise.all(live.map((one) => one.look()));
      const first = `queue-${kept.indexOf(true)}`;
      expect(queues()).toEqual([first, first]);
      await rig.stores[1]!.addDestinations(version(2, "next"));
      expect(queues()).toEqual([first, first]);
      await live[0]!.start();
      expect(queues()).toEqual(["next", first]);
      await rig.stores[0]!.addDestinations(version(3, "last"));
      await rig.clock.pass(3_000, async () => live[0]!.look());
      expect(queues()).toEqual(["last", first]);
      live[0]!.stop();
    },
  );

  test.skipIf(absent !== null)("L1 a handoff that two bridges find missing at the same moment is listed and told once", async () => {
    await using rig = await two(kind);
    const missed: PastConversation = {
      chat: "CONV-1",
      sharedId: null,
      startedAt: START.toISOString(),
      isUnderWay: false,
      handoff: { destination: "refunds", reason: null },
      turns: 3,
      hasTranscript: true,
      seconds: 60,
      metrics: {},
    };
    const past = {
      async *between() {
        yield [missed];
      },
      one: async () => null,
    };
    const looking = rig.bridges.map((bridge) => createReconciliation({ shop: past }, { bridge, clock: rig.clock }));
    rig.meeting.on(true);
    await Promise.all(looking.map(({ look }) => look("shop")));
    rig.meeting.on(false);
    await Promise.all(looking.map(({ look }) => look("shop")));
    expect(await rig.told()).toEqual(["handoff.missed"]);
    expect((await looking[1]!.missed("shop")).missed).toMatchObject([{ chat: "CONV-1" }]);
  });
});
