import { expect, test } from "vitest";
import * as z from "zod";
import { createBridge } from "../bridge.ts";
import { CallError } from "../call.ts";
import { defineConnector, type VendorNews } from "../connectors/connector.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import { inProcessFanout } from "../fanout/in-process.ts";
import { sqliteStore } from "../store/sqlite.ts";
import type { SiteParts } from "./task.ts";
import { outsideOf } from "./test-outside.ts";
import { handMovedClock, settle } from "./test-time.ts";
import { createWorker } from "./work.ts";

const policy = { queueWaitMs: 1e9, colleagueWaitMs: 1e9, abandonAfterMs: 1e9, silenceWarnAfterMs: 1e9, closeAssistantChat: true };

test("of two bridges one listens to an account, and what an agent does there reaches the conversation", async () => {
  await using rig = await startTwo("account");
  expect(rig.desk.listeners).toBe(1);
  const chat = await rig.queued("c-1");
  rig.desk.tells({ type: "agent_joined", chat, agent: { id: null, name: "Sam" } });
  rig.desk.tells({ type: "agent_said", chat, agent: null, text: "Hello", format: "plain" });
  await rig.pass(0);
  expect(await rig.said("c-1")).toEqual(["Hello"]);
});

test("a desk's account is listened to by somebody else within ten seconds of its listener's death, after what was heard already, and nothing is said twice", async () => {
  await using rig = await startTwo("account");
  const chat = await rig.queued("c-1");
  rig.desk.tells({ type: "agent_joined", chat, agent: { id: null, name: "Sam" } });
  rig.desk.tells({ type: "agent_said", chat, agent: null, text: "one", format: "plain" });
  await rig.pass(1_000);
  rig.holder().freeze();
  await rig.pass(10_000, 500);
  expect(rig.desk.begunAfter).toEqual([null, "2"]);
  rig.desk.tells({ type: "agent_said", chat, agent: null, text: "two", format: "plain" });
  await rig.pass(1_000);
  expect(await rig.said("c-1")).toEqual(["one", "two"]);
});

test("who was frozen while another took the listening over lets go of it when it wakes", async () => {
  await using rig = await startTwo("account");
  rig.holder().freeze();
  await rig.pass(10_000, 500);
  expect(rig.desk.listeners).toBe(2);
  rig.thaw();
  await rig.pass(3_000, 500);
  expect(rig.desk.listeners).toBe(1);
});

test("a bridge that stops in order hands its listening over at once", async () => {
  await using rig = await startTwo("account");
  await rig.holder().stop();
  expect(rig.desk.listeners).toBe(0);
  await rig.pass(1_000);
  expect(rig.desk.listeners).toBe(1);
});

test("a stream that breaks is begun again after a while, later and later, and soon once it was well", async () => {
  await using rig = await startTwo("account");
  rig.desk.breaks = new CallError("unreachable", "away");
  rig.desk.cuts();
  await rig.pass(60_000, 500);
  expect(rig.desk.begunAfter.length).toBeLessThan(9);
  expect(rig.desk.listeners).toBe(0);
  rig.desk.breaks = null;
  await rig.pass(31_000, 500);
  expect(rig.desk.listeners).toBe(1);
  await rig.pass(60_000, 1_000);
  rig.desk.breaks = new CallError("unclear", "cut");
  rig.desk.cuts();
  await rig.pass(0);
  expect(rig.desk.listeners).toBe(0);
  rig.desk.breaks = null;
  await rig.pass(2_500, 500);
  expect(rig.desk.listeners).toBe(1);
});

test("a desk that asks to be left alone for half a minute is", async () => {
  await using rig = await startTwo("account");
  const answer = { status: 429, headers: {}, excerpt: "", retryAfterMs: 30_000 };
  rig.desk.breaks = new CallError("too_fast", "busy", { answer });
  rig.desk.cuts();
  await rig.pass(0);
  const begun = rig.desk.begunAfter.length;
  await rig.pass(29_000, 500);
  expect(rig.desk.begunAfter.length).toBe(begun);
});

test("each chat is listened to from its opening until it is over, and no longer", async () => {
  await using rig = await startTwo("chat");
  expect(rig.desk.listeners).toBe(0);
  const one = await rig.queued("c-1");
  const two = await rig.queued("c-2");
  expect(rig.desk.listeners).toBe(2);
  rig.desk.tells({ type: "agent_joined", chat: one, agent: { id: null, name: "Sam" } });
  rig.desk.tells({ type: "ended", chat: one });
  rig.desk.tells({ type: "agent_joined", chat: two, agent: { id: null, name: "Kim" } });
  rig.desk.tells({ type: "agent_said", chat: two, agent: null, text: "Still here", format: "plain" });
  await rig.pass(1_000);
  expect(rig.desk.listeners).toBe(1);
  expect(await rig.said("c-2")).toEqual(["Still here"]);
  await rig.leaves("c-2");
  expect(rig.desk.listeners).toBe(0);
  await rig.pass(60_000, 1_000);
  expect(rig.desk.listeners).toBe(0);
});

test("a chat that is looked at is looked at once every few seconds, on from the last look, until it is over, and by one process", async () => {
  await using rig = await startTwo("looks");
  expect(rig.desk.begunAfter).toEqual([]);
  const chat = await rig.queued("c-1");
  expect(rig.desk.begunAfter).toEqual([null]);
  rig.desk.tells({ type: "agent_joined", chat, agent: { id: null, name: "Sam" } });
  rig.desk.tells({ type: "agent_said", chat, agent: null, text: "Hello", format: "plain" });
  await rig.pass(4_000, 500);
  expect(rig.desk.begunAfter).toEqual([null]);
  await rig.pass(1_000, 500);
  expect(rig.desk.begunAfter).toEqual([null, "0"]);
  expect(await rig.said("c-1")).toEqual(["Hello"]);
  rig.holder().freeze();
  await rig.pass(20_000, 500);
  expect(new Set(rig.desk.begunAfter)).toEqual(new Set([null, "0", "2"]));
  rig.desk.tells({ type: "ended", chat });
  await rig.pass(6_000, 500);
  const looks = rig.desk.begunAfter.length;
  await rig.pass(60_000, 1_000);
  expect(rig.desk.begunAfter.length).toBe(looks);
});

/** A desk that keeps what happened, and lets whoever listens or looks read on from a number. */
function createDesk(scope: "account" | "chat" | "looks") {
  const kept: VendorNews[] = [];
  const waiting = new Set<() => void>();
  const desk = {
    listeners: 0,
    begunAfter: [] as (string | null)[],
    breaks: null as CallError | null,
    tells(news: Record<string, unknown> & { type: string }) {
      kept.push({ id: `n-${kept.length}`, ...news } as VendorNews); // each test writes a whole one
      desk.cuts();
    },
    cuts: () => waiting.forEach((look) => look()),
    connector: defineConnector({
      settings: z.object({}),
      abilities: {},
      connect: () => ({
        open: async ({ handoff }) => ({ chat: { ref: handoff }, position: null, waitSeconds: null, dropped: [] }),
        say: async () => {},
        close: async () => {},
        inbound:
          scope === "looks"
            ? { style: "webhook_and_look", receive: async () => ({ news: [], reply: null }), lookAgainMs: 5_000, look }
            : {
                style: "listen",
                scope,
                async *listen(from, chat, signal) {
                  desk.begunAfter.push(from);
                  desk.listeners++;
                  try {
                    for (let at = Number(from ?? 0); !signal.aborted; at++) {
                      while (at >= kept.length && !signal.aborted && desk.breaks === null) await somethingNew(signal);
                      if (desk.breaks) throw desk.breaks;
                      const news = kept[at];
                      if (news) yield { news: chat && news.chat.ref !== chat.ref ? [] : [news], cursor: String(at + 1) };
                    }
                  } finally {
                    desk.listeners--;
                  }
                },
              },
      }),
    }).connect({}, () => Promise.reject(new Error("it calls nobody"))),
  };
  return desk;

  async function look(from: string | null) {
    desk.begunAfter.push(from);
    return { news: kept.slice(Number(from ?? 0)), cursor: String(kept.length) };
  }

  function somethingNew(signal: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const look = () => (waiting.delete(look), done());
      waiting.add(look);
      signal.addEventListener("abort", look, { once: true });
    });
  }
}

/** Two bridges, each with a clock of its own, on one store and in front of one desk. */
async function startTwo(scope: Parameters<typeof createDesk>[0]) {
  const desk = createDesk(scope);
  const times = [handMovedClock(), handMovedClock()] as const;
  const store = sqliteStore(":memory:", { now: () => new Date(Math.max(...times.map(({ clock }) => clock.now().getTime()))) });
  const fanout = inProcessFanout();
  const site: SiteParts = {
    assistant: {
      begin: () => Promise.reject(new Error("nobody asks it")),
      answer: () => Promise.reject(new Error("nobody asks it")),
      end: async () => {},
      context: async () => ({ state: "missing" }),
    },
    connectors: { desk: { connector: desk.connector, abilities: { typing: false, read: false, files: false, maxLineLength: 100 } } },
    rules: { routes: [], defaultRoute: { to: { connector: "desk", queue: null, urgent: false }, hours: null }, hours: {} },
    fallback: [],
    channels: {},
    turnsPerDay: 5_000,
    files: "off",
    title: "Shop",
    whenOver: "end",
    handoff: { openWithinMs: 10_000, contextWaitMs: 1, abandonAfterMs: 1e9, afterAgent: "end", stateKeys: [], failureStates: [] },
    silence: { warnAfterMs: 1e9, endAfterMs: 1e9 },
  };
  const first = await startOne(times[0]);
  const second = await startOne(times[1]);

  async function startOne(time: ReturnType<typeof handMovedClock>) {
    const { clock } = time;
    const bridge = createBridge({ store, fanout, clock, policyOf: () => policy });
    const worker = createWorker(outsideOf({ bridge, store, clock }, site));
    worker.start();
    await settle(); // the first has it before the second looks
    return { bridge, worker, time };
  }

  return {
    desk,
    /** The one that looked first. */
    holder: () => ({ freeze: () => first.time.freeze(), stop: () => first.worker.stop(1_000) }),
    thaw: () => first.time.thaw(),
    async pass(ms: number, step = ms) {
      let left = ms;
      do {
        for (const { pass } of times) pass(Math.min(step, left));
        await settle();
        await settle();
        left -= step;
      } while (left > 0);
    },
    async queued(id: string) {
      const key = { site: "shop", id };
      const handoff = `h-${id}` as HandoffId;
      await second.bridge.happened(key, "asked", {
        type: "person_requested",
        next: { handoff, by: "visitor", destination: null, reason: null },
      });
      await this.pass(10);
      return { ref: handoff };
    },
    async leaves(id: string) {
      await second.bridge.happened({ site: "shop", id }, "left", { type: "conversation_ended", by: "visitor" });
      await this.pass(10);
    },
    said: async (id: string) =>
      (await second.bridge.entriesAfter({ site: "shop", id }, 0)).flatMap(({ body }) => (body.type === "said" ? [body.text] : [])),
    async [Symbol.asyncDispose]() {
      await Promise.all([first.worker.stop(1_000), second.worker.stop(1_000)]);
      await store.close();
    },
  };
}
