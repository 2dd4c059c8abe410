import { expect, test } from "vitest";
import { createBridge } from "../bridge.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import { sqliteStore } from "../store/sqlite.ts";
import { StoreUnavailable, type NewFact } from "../store/store.ts";
import type { ChoreHere } from "./chore-tasks.ts";
import { outsideOf } from "./test-outside.ts";
import { handMovedClock, settle } from "./test-time.ts";
import { createWorker } from "./work.ts";

const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
const chore: ChoreHere = { everyMs: 60_000, run: async () => {}, mayPass: () => false };

/** A bridge that has four things to do for ever, and a store that is away when it starts. */
function begin() {
  const { clock, pass } = handMovedClock();
  const store = sqliteStore(":memory:", { now: clock.now });
  const asked: string[] = [];
  let isAway = true;
  const record = (fact: NewFact) => {
    asked.push(fact.key.id);
    return isAway ? Promise.reject(new StoreUnavailable("away")) : store.record(fact);
  };
  const bridge = createBridge({ store: { ...store, record }, fanout: inProcessFanout(), clock, policyOf: () => policy });
  const outside = outsideOf(
    {
      bridge,
      store,
      clock,
      chores: { export: chore, retention: chore },
      alerts: { isOn: true, look: async () => {}, list: async () => [] },
      reconciliation: { sites: ["shop"], look: async () => {} },
      sites: () => [],
    },
    null as never, // nothing here asks for a site
  );
  const worker = createWorker(outside);
  const seconds = async (count: number) => {
    for (let n = 0; n < count; n++) {
      pass(1_000);
      await settle();
    }
  };
  return { store, worker, asked, seconds, comesBack: () => void (isAway = false) };
}

test("while the store is away each is asked for once in a while, however long that lasts, and once it is back each is owed once", async () => {
  const { store, worker, asked, seconds, comesBack } = begin();
  worker.start();
  await seconds(60);
  expect(new Set(asked).size).toBe(4);
  expect(asked.length).toBeLessThanOrEqual(4 * 13); // at the start, and every five seconds
  comesBack();
  await seconds(6);
  const { due } = await store.backlog();
  const owed = due.map(({ task }) => task);
  expect(owed).toEqual([...new Set(owed)]);
  await worker.stop(0);
  await store.close();
});

test("a bridge that stops while the store is away asks no more", async () => {
  const { store, worker, asked, seconds } = begin();
  worker.start();
  await seconds(7);
  await worker.stop(0);
  const before = asked.length;
  await seconds(30);
  expect(asked.length).toBe(before);
  await store.close();
});
