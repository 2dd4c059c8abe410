import { expect, test } from "vitest";
import { createBridge } from "../bridge.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import { sqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import type { SiteParts } from "./task.ts";
import { outsideOf } from "./test-outside.ts";
import { handMovedClock, settle } from "./test-time.ts";
import { createWorker } from "./work.ts";

const key = { site: "shop", id: "c" };
const policy = { queueWaitMs: 1e9, colleagueWaitMs: 1e9, abandonAfterMs: 1e9, silenceWarnAfterMs: 1e9, closeAssistantChat: true };

test("I-7 a question that is thought over for a minute stays with the worker that asked it, and is asked once", async () => {
  await using thinker = await startThinking();
  for (let seconds = 0; seconds < 60; seconds++) await thinker.pass(1_000);
  expect(await thinker.takeOver()).toEqual([]);
  await thinker.answer();
  expect(thinker.asked).toBe(1);
  expect(await thinker.said()).toEqual(["Hello", "Yes"]);
});

test("I-7 a worker that was paused until others took its job over reports nothing of it", async () => {
  await using thinker = await startThinking();
  thinker.freeze(); // the whole process: no renewal, no look
  const [taken] = await thinker.takeOver(9_000);
  expect(taken).toMatchObject({ task: "ask_assistant", lost: 1 });
  await thinker.thaw();
  await thinker.answer();
  expect(await thinker.said()).toEqual(["Hello"]);
});

test("a machine that slept says first that it is still there, and does not take its own job for somebody else's", async () => {
  await using thinker = await startThinking();
  await thinker.pass(3_600_000);
  await thinker.answer();
  expect(thinker.asked).toBe(1);
  expect(await thinker.said()).toEqual(["Hello", "Yes"]);
});

test("neither does one whose database is slow to hear of it", async () => {
  const heard = Promise.withResolvers<void>();
  const slow = (store: Store): Store => ({ ...store, renew: async (...asked) => (await heard.promise, store.renew(...asked)) });
  await using thinker = await startThinking(slow);
  await thinker.pass(3_600_000);
  heard.resolve();
  await settle();
  await thinker.answer();
  expect(thinker.asked).toBe(1);
  expect(await thinker.said()).toEqual(["Hello", "Yes"]);
});

test("F21 what a bridge that stops cannot finish is another one's at once, and is reported by that one only", async () => {
  await using thinker = await startThinking();
  const stopped = thinker.stop(1_000);
  await thinker.pass(1_000);
  await stopped;
  expect(await thinker.takeOver()).toMatchObject([{ lost: 1 }]);
  await thinker.pass(10_000);
  await thinker.answer();
  expect(await thinker.said()).toEqual(["Hello"]);
});

/** A worker whose assistant is asked something and takes its time. */
async function startThinking(between: (store: Store) => Store = (store) => store) {
  const time = handMovedClock();
  const { clock } = time;
  const store = between(sqliteStore(":memory:", { now: clock.now }));
  const bridge = createBridge({ store, fanout: inProcessFanout(), clock, policyOf: () => policy });
  let asked = 0;
  const { promise: thought, resolve: think } = Promise.withResolvers<void>();
  const site: SiteParts = {
    assistant: {
      begin: () => Promise.reject(new Error("it has begun already")),
      async answer({ chat }) {
        asked++;
        await thought;
        return { chat, text: "Yes", rich: { suggestions: [], attachments: [], calls: [] }, next: null, more: false, language: null };
      },
      end: async () => {},
      context: async () => ({ state: "missing" }),
    },
    connectors: {},
    rules: { routes: [], defaultRoute: { to: { connector: "desk", queue: null, urgent: false }, hours: null }, hours: {} },
    fallback: [],
    channels: {},
    turnsPerDay: 5_000,
    files: "off",
    title: "Shop",
    whenOver: "end",
    handoff: { openWithinMs: 1, contextWaitMs: 1, abandonAfterMs: 1, afterAgent: "end", stateKeys: [], failureStates: [] },
    silence: { warnAfterMs: 1e9, endAfterMs: 1e9 },
  };
  const worker = createWorker(outsideOf({ bridge, store, clock }, site));
  worker.start();
  const greeting = {
    type: "assistant_answered" as const,
    id: "greeting",
    to: null,
    sharedId: "",
    chat: "chat",
    text: "",
    rich: null,
    next: null,
  };
  await bridge.happened(key, "begun", greeting);
  await bridge.happened(key, "line", { type: "visitor_said", id: "line", text: "Hello" });
  await settle();
  return {
    get asked() {
      return asked;
    },
    pass: async (ms: number) => (time.pass(ms), settle()),
    stop: (withinMs: number) => worker.stop(withinMs),
    freeze: () => time.freeze(),
    async thaw() {
      time.thaw();
      time.pass(0);
      await settle();
    },
    /** What another bridge on the same store would get, `afterMs` from now. */
    async takeOver(afterMs = 0) {
      time.pass(afterMs);
      return (await store.claimJobs(9, 60_000)).filter(({ task }) => task === "ask_assistant");
    },
    async answer() {
      think();
      await settle();
    },
    said: async () => (await bridge.entriesAfter(key, 0)).flatMap(({ body }) => (body.type === "said" ? [body.text] : [])),
    async [Symbol.asyncDispose]() {
      think();
      await worker.stop(0);
      await store.close();
    },
  };
}
