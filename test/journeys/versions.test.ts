import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";
import { createVisitor } from "./visitor.ts";

// F37: pages and bridges are renewed one after the other, so each meets the other's previous and next version.

const unknown = { future: { deep: [1, "two", null] }, version2: true };

test("F37 what a newer page sends beside what this bridge knows is left alone, in every request", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "leave_message", connector: "second" }] } });
  const visitor = await rig.visitor({ begin: unknown });
  const say = (text: string) => visitor.post("lines", { id: randomUUID(), text, ...unknown });
  expect((await say("I want a refund for A-1001")).status).toBe(200);
  await rig.pass(2_000);
  await visitor.reaches("queued");
  await rig.desk.joins("Kim");
  await rig.settle();
  await visitor.reaches("live");
  for (const [about, body] of [
    ["typing", { on: true }],
    ["read", { seq: 1 }],
    ["rating", { score: 5 }],
    ["leave", {}],
  ] as const)
    expect((await visitor.post(about, { ...body, ...unknown })).status, about).toBe(200);
  await rig.settle();
  await visitor.reaches("ended");
});

test("F37 news from a newer desk is read as far as it is known, and what is not known is answered and left alone", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  expect(
    await rig.desk.send("agent.said", { agent: { id: "kim", name: "Kim", ...unknown }, text: "Hello", format: "plain", ...unknown }),
  ).toBe(204);
  expect(await rig.desk.send("agent.dreamt", unknown)).toBe(204);
  await rig.settle();
  await visitor.hears("Hello");
  expect(visitor.phase).toBe("live");
});

test.each([0, 2, 99])("F37 a page of version %i is told to reload, and nothing is begun", async (version) => {
  await using rig = await startRig();
  const visitor = createVisitor(() => rig.url);
  const answer = await visitor.send("POST", "/v1/sites/shop/conversations", { version, key: "k".repeat(43) });
  expect([answer.status, answer.body.code]).toEqual([426, "outdated"]);
  expect(rig.simulator.createCount()).toBe(0);
});
