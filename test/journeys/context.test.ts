import { CallError } from "@baton/bridge-server/call";
import { defineConnector } from "@baton/bridge-server/connector";
import { expect, test } from "vitest";
import * as z from "zod";
import { startRig } from "./rig.ts";

// What the assistant knows follows the visitor to the person, whenever it comes, and never holds anything up.

test("C4 F10 a context that is not there yet is attached once, when it comes, by its shared id", async () => {
  await using rig = await startRig({ simulator: { options: { handoffVisibleAfterMs: 10_000 } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(2_000);
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.context).toBeNull();
  await rig.pass(60_000);
  expect(rig.desk.chat().contexts).toMatchObject([{ source: "shared_id", data: { order_id: "A-1001" } }]);
  expect(rig.desk.told.filter(({ type }) => type === "handoff.context")).toHaveLength(1);
  const asked = rig.simulator.counts().handoffStates;
  await rig.pass(300_000);
  expect(rig.simulator.counts().handoffStates).toBe(asked);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.context).toMatchObject({
    state: "found",
    source: "shared_id",
  });
});

test("C4 A9 a context that never comes is looked for a few times, and the handoff does not wait for it", async () => {
  await using rig = await startRig({ simulator: { options: { handoffVisibleAfterMs: 3_600_000 } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(1_500);
  await visitor.reaches("queued");
  await rig.pass(300_000);
  expect(rig.desk.chat().contexts).toEqual([]);
  expect(rig.simulator.counts().handoffStates).toBeLessThanOrEqual(20);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.context.state).toBe("missing");
});

test.for([401, 403] as const)("C3 %d for the context: the handoff goes on at once, and operators are told", async (status) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "status", route: "handoff_state", status });
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.reaches("queued");
  await rig.pass(120_000);
  expect(rig.simulator.counts().handoffStates).toBe(1);
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "context_refused", level: "error", kind: "refused" }));
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.context.state).toBe("forbidden");
});

test.for([500, 502, 503, 429] as const)("C5 %d for the context is asked again, in the end behind the handoff's back", async (status) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "status", route: "handoff_state", status, times: 4 });
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(2_000);
  await visitor.reaches("queued");
  await rig.pass(60_000);
  expect(rig.desk.chat().contexts).toMatchObject([{ data: { order_id: "A-1001" } }]);
});

test("F10 a platform that never answers for the context does not hold the handoff up", async () => {
  await using rig = await startRig({ assistant: { contextBudgetMs: 200 } });
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "never_answers", route: "handoff_state" });
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(1_500);
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.context).toBeNull();
});

test("T53 what is stored for another conversation is refused, and never reaches anybody", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  rig.simulator.addFault({ kind: "wrong_conversation_id", route: "handoff_state", id: "CONV-9999999999" });
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(60_000);
  await visitor.reaches("queued");
  expect(rig.desk.chat().contexts).toEqual([]);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.context).toMatchObject({ state: "foreign", data: null });
  expect(rig.log).toContainEqual(expect.objectContaining({ event: "context_not_found", state: "foreign" }));
});

test("T53 a shared id that the page brings along has no effect", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor({
    begin: { shared_id: "somebody-elses", sharedId: "somebody-elses", integration_attributes: { shared_id: "x" } },
  });
  const [conversation] = rig.simulator.conversations();
  expect(conversation!.attributes["shared_id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(conversation!.attributes)).not.toContain("somebody");
  expect(visitor.phase).toBe("automated");
});

test("B3 where the platform does not know the shared id, its own conversation id is asked for second", async () => {
  await using rig = await startRig({ simulator: { options: { copySharedId: false } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.context).toMatchObject({ source: "id", data: { order_id: "A-1001" } });
  const asked = rig.simulator.requests().filter(({ route }) => route === "handoff_state");
  expect(asked.map(({ query }) => Object.keys(query))).toEqual([["shared_id"], ["id"]]);
});

test("C6 C7 any JSON arrives at the desk as it was stored, nulls included", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "awkward context");
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.context!.data).toMatchObject({
    order_id: null,
    customer_id: 0,
    intent: "",
    notes: { list: [1, null, { deep: true }], rtl: "שלום", html: "<img src=x onerror=alert(1)>" },
  });
});

test("C8 the context is read once: what changes later at the platform changes nothing here", async () => {
  await using rig = await startRig();
  await rig.live();
  await rig.pass(300_000);
  expect(rig.simulator.counts().handoffStates).toBe(1);
});

test("a context that comes after the chat is over is kept for operators, and not sent to a desk", async () => {
  await using rig = await startRig({ simulator: { options: { handoffVisibleAfterMs: 10_000 } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(2_000);
  await visitor.reaches("queued");
  await visitor.leave();
  await rig.pass(60_000);
  expect(rig.desk.told.map(({ type }) => type)).toEqual(["handoff.requested", "handoff.closed"]);
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!.context.state).toBe("found");
});

test("what a desk has no room for is named where the handoff is read, however often the desk is asked", async () => {
  let asked = 0;
  const narrow = defineConnector({
    settings: z.object({}),
    abilities: {},
    connect: () => ({
      async open({ handoff }) {
        if (asked++ === 0) throw new CallError("unclear", "the answer was lost");
        return { chat: { ref: handoff }, position: null, waitSeconds: null, dropped: ["order_history"] };
      },
      say: async () => {},
      close: async () => {},
      inbound: { style: "webhook", receive: async () => ({ news: [], reply: null }) },
    }),
  });
  await using rig = await startRig({
    connectors: { narrow: { use: narrow, settings: {} } },
    site: { routes: [{ destination: "refunds", to: { connector: "narrow" } }] },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await rig.pass(5_000);
  await visitor.reaches("queued");
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  expect(handoff?.context).toMatchObject({ state: "found", dropped: ["order_history"] });
  expect(visitor.received.join()).not.toContain("order_history");
});
