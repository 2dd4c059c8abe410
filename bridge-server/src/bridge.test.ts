import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createBridge } from "./bridge.ts";
import { systemClock } from "./clock.ts";
import type { HandoffId } from "./conversation/lifecycle.ts";
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
  let isMute = false;
  const after = (_: number, run: () => void) => {
    later.add(run);
    return () => later.delete(run);
  };
  const during: Record<"look" | "forgetFiles", () => Promise<unknown>> = { look: async () => {}, forgetFiles: async () => {} };
  const fanout = inProcessFanout();
  let listening = 0;
  const bridge = createBridge({
    store: {
      ...store,
      async resume(...asked) {
        const found = await store.resume(...asked);
        await during.look(); // what happens then, happens after the look
        return found;
      },
      async record(fact) {
        const recorded = await store.record(fact);
        if (isMute) throw new StoreUnavailable("nobody knows whether it was saved");
        return recorded;
      },
      entriesAfter: (...asked) => (failures-- > 0 ? Promise.reject(new StoreUnavailable("away")) : store.entriesAfter(...asked)),
    },
    fanout: {
      ...fanout,
      async listen(topic, look) {
        listening++;
        const stop = await fanout.listen(topic, look);
        return () => (listening--, stop());
      },
    },
    clock: { ...systemClock, after },
    policyOf: () => policy,
    async forgetFiles() {
      await during.forgetFiles();
    },
  });
  const settle = async () => {
    for (let turns = 0; turns < 10; turns++) await turn();
  };
  const pass = async () => {
    await settle();
    for (const run of later) if (later.delete(run)) run();
    await settle();
  };
  return {
    bridge,
    store,
    later,
    settle,
    pass,
    during,
    listening: () => listening,
    fail: (times: number) => void (failures = times),
    losesAnswers: () => void (isMute = true),
  };
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

test("I-16 what is said while somebody who comes back is being looked up is heard once, and in its place", async () => {
  const { bridge, store, settle, during } = begin();
  const token = { hash: "hash", expiresAt: "2200-01-01T00:00:00.000Z" };
  const visitor = { language: null, page: null };
  await bridge.happened(key, "began", { type: "conversation_began", sharedId: "shared", token, visitor, greet: false });
  const say = (id: string) => bridge.happened(key, id, { type: "visitor_said", id, text: id });
  await say("before");
  during.look = () => say("meanwhile");
  const arrival = await bridge.arrive({ kind: "token", value: "hash" }, key.id, 0);
  await say("then");
  const seen: number[] = [];
  const stop = arrival!.follow(
    (entries) => void seen.push(...entries.map(({ seq }) => seq)),
    () => {},
  );
  arrival!.leave(); // does nothing to who follows
  await settle();
  await say("after");
  await settle();
  expect(seen).toEqual([1, 2, 3, 4]);
  stop();
  await store.close();
});

test("whoever comes under a name that leads nowhere, or to a store that is away, is not listening any more", async () => {
  const { bridge, store, during, listening } = begin();
  expect(await bridge.arrive({ kind: "token", value: "nobody's" }, key.id, 0)).toBeNull();
  during.look = () => Promise.reject(new StoreUnavailable("away"));
  await expect(bridge.arrive({ kind: "token", value: "nobody's" }, key.id, 0)).rejects.toThrow("away");
  expect(listening()).toBe(0);
  await store.close();
});

test("F23 what the store has saved without being able to say so is shown, though nobody was told that it is there", async () => {
  const { bridge, store, settle, losesAnswers } = begin();
  const seen: Entry[] = [];
  await bridge.follow(
    key,
    0,
    (entries) => void seen.push(...entries),
    () => {},
  );
  await settle();
  losesAnswers();
  await expect(bridge.happened(key, "line", { type: "visitor_said", id: "l1", text: "Hello" })).rejects.toThrow(StoreUnavailable);
  await settle();
  expect(seen.map(({ seq }) => seq)).toEqual([1]);
  await store.close();
});

test("I-19 a desk that took a chat and closed it while the files of an erased conversation were being removed is told to forget it", async () => {
  const { bridge, store, during } = begin();
  const handoff = "h1" as HandoffId;
  const vendorChat = { connector: "desk", ref: "7" };
  const target = { name: "refunds", connector: "desk", queue: null, urgent: false };
  await bridge.happened(key, "asked", { type: "person_requested", next: { handoff, by: "visitor", destination: null, reason: null } });
  during.forgetFiles = async () => {
    await bridge.happened(key, "routed", { type: "routed", handoff, target, because: "default", context: { state: "none" } });
    await bridge.happened(key, "accepted", { type: "handoff_accepted", handoff, vendorChat, position: null, waitSeconds: null });
    await bridge.happened(key, "closed", { type: "vendor_closed", handoff, back: null });
  };
  await bridge.erase(key, "visitor");
  expect((await store.jobsOf(key)).map(({ input }) => input)).toContainEqual({ task: "forget_chat", vendorChat });
  await store.close();
});
