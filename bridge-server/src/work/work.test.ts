import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createBridge } from "../bridge.ts";
import { systemClock as clock } from "../clock.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import { sqliteStore } from "../store/sqlite.ts";
import type { SiteParts } from "./task.ts";
import { outsideOf } from "./test-outside.ts";
import { createWorker } from "./work.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-work-"));
afterAll(() => rmSync(folder, { recursive: true }));
const key = { site: "shop", id: "c" };
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };
let files = 0;

for (const turns of [0, 1, 2, 3])
  test(`F21 a line that comes ${turns} turns before the bridge stops is asked and answered, or left to the next bridge as it is`, async () => {
    const path = join(folder, `${++files}.db`);
    const asked: (string | null)[] = [];
    const { bridge, store, worker } = begin(path, asked);
    await bridge.happened(key, "begun", begun);
    const saying = bridge.happened(key, "line", { type: "visitor_said", id: "line", text: "Hello" });
    for (let n = 0; n < turns; n++) await turn();
    await worker.stop(5_000);
    await store.close();
    await saying;

    const next = sqliteStore(path);
    const left = (await next.claimJobs(9, 1_000)).filter(({ task }) => task === "ask_assistant");
    await next.close();
    expect([asked.length, ...left.map(({ lost }) => `lost ${lost} times`)]).toEqual(asked.length === 0 ? [0, "lost 0 times"] : [1]);
  });

const begun = {
  type: "assistant_answered" as const,
  id: "greeting",
  to: null,
  sharedId: "", // what a conversation goes by that nobody has named
  chat: "chat",
  text: "Welcome",
  rich: null,
  next: null,
};

function begin(path: string, asked: (string | null)[]) {
  const store = sqliteStore(path);
  const bridge = createBridge({ store, fanout: inProcessFanout(), clock, policyOf: () => policy });
  const assistant: SiteParts["assistant"] = {
    begin: () => Promise.reject(new Error("it has begun already")),
    async answer({ chat, text }) {
      asked.push(text);
      await turn();
      return { chat, text: "Hello to you", rich: { suggestions: [], attachments: [], calls: [] }, next: null, more: false, language: null };
    },
    end: async () => {},
    context: async () => ({ state: "missing" }),
  };
  const site: SiteParts = {
    assistant,
    connectors: {},
    rules: { routes: [], defaultRoute: { to: { connector: "desk", queue: null, urgent: false }, hours: null }, hours: {} },
    fallback: [],
    channels: {},
    turnsPerDay: 5_000,
    files: "off",
    title: "Shop",
    whenOver: "end",
    handoff: { openWithinMs: 1, contextWaitMs: 1, abandonAfterMs: 1, afterAgent: "end", stateKeys: [], failureStates: [] },
    silence: { warnAfterMs: 1, endAfterMs: 1 },
  };
  const worker = createWorker(outsideOf({ bridge, store, clock }, site));
  worker.start();
  return { bridge, store, worker };
}
