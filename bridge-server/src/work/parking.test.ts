import { expect, test } from "vitest";
import { createBridge, LEASE_MS } from "../bridge.ts";
import { systemClock } from "../clock.ts";
import type { HandoffId, Lifecycle } from "../conversation/lifecycle.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import type { LogEvent } from "../log.ts";
import { sqliteStore } from "../store/sqlite.ts";
import { StoreUnavailable, type NewJob, type Store } from "../store/store.ts";
import { filesNowhere } from "./test-outside.ts";
import type { Outside } from "./task.ts";
import { createWorker } from "./work.ts";

const key = { site: "shop", id: "c" };
const policy = { queueWaitMs: 1, colleagueWaitMs: 1, abandonAfterMs: 1, silenceWarnAfterMs: 1, closeAssistantChat: true };

const ending: NewJob = { task: "end_assistant_chat", input: { task: "end_assistant_chat", chat: "chat" }, lane: "assistant" };

/** A worker whose every task fails as told, on a clock that is moved by hand; and which is looked at often. */
function begin({ failure, between = (store) => store }: { failure: unknown; between?(store: Store): Store }) {
  let late = 0;
  const after = (ms: number, run: () => void) => systemClock.after(Math.max(0, Math.min(ms, 10)), run); // so that it looks often
  const clock = { now: () => new Date(Date.now() + late), after };
  const store = between(sqliteStore(":memory:", { now: clock.now }));
  const bridge = createBridge({ store, fanout: inProcessFanout(), clock, policyOf: () => policy });
  const log: LogEvent[] = [];
  let tries = 0;
  const outside: Outside = {
    bridge,
    store,
    clock,
    log: (event) => void log.push(event),
    announcer: { toldOn: () => [], tell: async () => {}, test: async () => {} },
    alerts: { isOn: false, look: async () => {}, list: async () => [] },
    reconciliation: { sites: [], look: async () => {} },
    files: filesNowhere,
    chores: {},
    mailer: null,
    newId: () => "id",
    sites: () => [],
    readDestinations: async () => {},
    site() {
      tries++;
      throw failure;
    },
  };
  const owe = (job: NewJob = ending, now?: Lifecycle) =>
    store.record({
      key,
      factId: "owed",
      decide: (lifecycle) => ({
        lifecycle: now ?? lifecycle,
        entries: [],
        notes: [],
        names: [],
        turns: 0,
        jobs: [job],
      }),
    });
  return { store, log, owe, tries: () => tries, pass: (ms: number) => void (late += ms), worker: createWorker(outside) };
}

test("F40 a job that kills whoever takes it is set aside by the next, untouched", async () => {
  const { store, owe, pass, worker, tries, log } = begin({ failure: new Error("never reached") });
  await owe();
  for (let deaths = 0; deaths < 11; deaths++) {
    expect(await store.claimJobs(1, LEASE_MS)).toHaveLength(1);
    pass(LEASE_MS);
  }
  worker.start();
  await expect.poll(async () => store.backlog()).toEqual({ due: [], kept: 1 });
  await worker.stop(1_000);
  expect([tries(), log.at(-1)?.event]).toEqual([0, "job_parked"]);
  await store.close();
});

test("F23 a store that is away is not held against a job", async () => {
  const { store, owe, pass, worker, tries } = begin({ failure: new StoreUnavailable("away") });
  await owe();
  worker.start();
  for (let looks = 1; looks <= 5; looks++) {
    await expect.poll(tries, { interval: 5 }).toBe(looks);
    await expect.poll(async () => (await store.backlog()).due, { interval: 5 }).toEqual([]); // it has been put back
    if (looks < 5) pass(125_000);
  }
  expect((await store.backlog()).kept).toBe(0);
  await worker.stop(1_000);
  await store.close();
});

test("F40 a job of a site that is configured no more is set aside, and the bridge lives on", async () => {
  const { store, owe, worker, log } = begin({ failure: new Error("There is no site shop") });
  const handoff = "h" as HandoffId;
  const story = { assistantChat: null, sharedId: "s", tried: [], fallbacksUsed: 0, unread: [], accepted: false };
  const input = { task: "open_handoff", handoff };
  await owe({ task: "open_handoff", input, lane: "vendor" }, { phase: "handoff_initiated", handoff, story, target: null });
  worker.start();
  await expect.poll(async () => (await store.backlog()).kept).toBe(1);
  await worker.stop(1_000);
  expect(log.map(({ event }) => event)).toContain("job_parked");
  await store.close();
});

test("what is no job of ours is logged, and the bridge lives on", async () => {
  const { store, owe, worker, log } = begin({ failure: new Error("never reached") });
  await owe({ task: "end_assistant_chat", input: "a word", lane: "assistant" });
  worker.start();
  await expect.poll(() => log.map(({ event }) => event)).toContain("job_broke");
  await worker.stop(1_000);
  await store.close();
});
