import { expect, test } from "vitest";
import { startRig } from "./rig.ts";

// D10, F04: the automated conversation begins when the visitor does, and may be begun again, for nothing is done by it.

test("D10 nothing is begun upstream until a visitor begins", async () => {
  await using rig = await startRig();
  await rig.pass(60_000);
  expect(rig.simulator.createCount()).toBe(0);
  const visitor = await rig.visitor();
  await visitor.hears("Hello, and welcome");
  expect(rig.simulator.createCount()).toBe(1);
});

test.for([
  ["F01 a reset", { kind: "reset", route: "create", times: 2 }],
  ["F04 500", { kind: "status", route: "create", status: 500, times: 2 }],
  ["F04 503", { kind: "status", route: "create", status: 503, times: 2 }],
  ["F05 429", { kind: "status", route: "create", status: 429, retryAfter: { seconds: 1 }, times: 2 }],
  ["an answer that was lost", { kind: "answer_lost", route: "create", times: 1 }],
  ["half an answer", { kind: "truncated_json", route: "create", times: 1 }],
] as const)("%s while beginning is tried again, and the visitor is greeted once", async ([, fault]) => {
  await using rig = await startRig();
  rig.simulator.addFault(fault);
  const visitor = await rig.visitor();
  await rig.pass(10_000);
  await visitor.hears("Hello, and welcome");
  await rig.pass(60_000);
  expect(visitor.said()).toHaveLength(1);
});

test.for<[string, Parameters<Awaited<ReturnType<typeof startRig>>["simulator"]["addFault"]>[0]]>([
  ["F07 401", { kind: "status", route: "create", status: 401 }],
  ["F07 403", { kind: "status", route: "create", status: 403 }],
  ["404 for the project", { kind: "status", route: "create", status: 404, code: "PROJECT_NOT_FOUND" }],
  ["U16 success: false", { kind: "success_false", route: "create" }],
  ["F06 no conversation id", { kind: "missing_fields", route: "create", fields: ["conversation_id"] }],
])("%s: no greeting, and the first line tells the visitor; a person can still be had", async ([, fault]) => {
  await using rig = await startRig();
  rig.simulator.addFault(fault);
  const visitor = await rig.visitor();
  await rig.pass(60_000);
  expect(visitor.entries).toEqual([]);
  await visitor.say("hello");
  await rig.pass(30_000);
  await visitor.hears((body) => body.type === "answer_lost");
  expect(rig.simulator.respondCount()).toBe(0);
  await visitor.askForPerson();
  await rig.pass(5_000);
  await visitor.reaches("queued");
});

test.for([
  ["a conversation id that is a number", { kind: "numeric_conversation_id", route: "create" }],
  ["an answer of 201", null],
] as const)("U24 %s is one, too", async ([, fault]) => {
  await using rig = await startRig({ simulator: { options: { createStatus: fault ? 200 : 201 } } });
  if (fault) rig.simulator.addFault(fault);
  const visitor = await rig.visitor();
  await visitor.hears("Hello, and welcome");
});

test("a visitor who leaves while the greeting is on its way leaves no chat behind", async () => {
  await using rig = await startRig();
  rig.simulator.addFault({ kind: "latency", route: "create", ms: 5_000 });
  const visitor = await rig.visitor();
  await visitor.leave();
  await rig.pass(10_000);
  expect(visitor.said()).toEqual([]);
  expect(rig.simulator.counts()).toMatchObject({ creates: 1, closes: 1 });
});

test("nobody is asked for a visitor who leaves while the context is looked for", async () => {
  await using rig = await startRig({ simulator: { options: { handoffVisibleAfterMs: 60_000 } } });
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  await visitor.leave();
  await rig.pass(120_000);
  expect(rig.desk.told).toEqual([]);
});
