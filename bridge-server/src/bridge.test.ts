import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createBridge } from "./bridge.ts";
import { systemClock } from "./clock.ts";
import { inProcessFanout } from "./fanout/in-process.ts";
import { sqliteStore } from "./store/sqlite.ts";
import { StoreUnavailable, type Entry } from "./store/store.ts";

const key = { site: "shop", id: "c" };
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };

/** A bridge whose next reads fail as often as told. `pass` runs what was to be done later. */
function begin() {
  const store = sqliteStore(":memory:");
  const later = new Set<() => void>();
  let failures = 0;
  const after = (_: number, run: () => void) => {
    later.add(run);
    return () => later.delete(run);
  };
  const bridge = createBridge({
    store: {
      ...store,
      entriesAfter: (...asked) => (failures-- > 0 ? Promise.reject(new StoreUnavailable("away")) : store.entriesAfter(...asked)),
    },
    fanout: inProcessFanout(),
    clock: { ...systemClock, after },
    policyOf: () => policy,
  });
  const settle = async () => {
    for (let turns = 0; turns < 10; turns++) await turn();
  };
  const pass = async () => {
    await settle();
    for (const run of later) if (later.delete(run)) run();
    await settle();
  };
  return { bridge, store, later, settle, pass, fail: (times: number) => void (failures = times) };
}

test("F23 whoever follows through a store that is away gets what was written once it is back, with no hint of it", async () => {
  const { bridge, store, pass, fail } = begin();
  await bridge.happened(key, "line", { type: "visitor_said", id: "l1", text: "Hello" });
  fail(3);
  const seen: Entry[] = [];
  await bridge.follow(
    key,
    0,
    (entries) => void seen.push(...entries),
    () => {},
  );
  for (let waits = 0; waits < 2; waits++) {
    await pass();
    expect(seen).toEqual([]);
  }
  await pass();
  expect(seen.map(({ seq }) => seq)).toEqual([1]);
  await store.close();
});

test("F23 whoever has stopped following asks a store that is away no more", async () => {
  const { bridge, store, later, settle, pass, fail } = begin();
  fail(1);
  const stop = await bridge.follow(
    key,
    0,
    () => {},
    () => {},
  );
  await settle();
  expect(later.size).toBe(1);
  stop();
  expect(later.size).toBe(0);
  await pass();
  await store.close();
});
