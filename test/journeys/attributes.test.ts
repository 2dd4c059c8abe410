import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig } from "./rig.ts";
import type { Visitor } from "./visitor.ts";

// What a page says of its visitor while the chat runs: nobody's word but the page's, for whoever takes over.

const tell = (visitor: Visitor, attributes: object, id: string = randomUUID()) => visitor.post("attributes", { id, attributes });
const begun = { begin: { attributes: { plan: "silver", basket: 3 } } };

test("what a page tells before the handoff comes with it, the last of each name, and operators read it as told", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor(begun);
  expect((await tell(visitor, { plan: "gold", isMember: true })).status).toBe(200);
  expect((await tell(visitor, { basket: null })).status).toBe(200);
  await visitor.askForPerson();
  await rig.pass(2_000);
  expect(rig.desk.chat().request.visitor.attributes).toEqual({ plan: "gold", isMember: "true" });
  await rig.restart();
  const { body } = await operatorAt(rig).get<{ told: object }>(`conversations/${visitor.conversation}?site=shop`);
  expect(body.told).toEqual({ plan: "gold", isMember: "true" });
  expect(visitor.received.join()).not.toContain("isMember"); // nothing of it is an entry
});

test("the person who is there hears of it, once and in the order of what was said", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const before = rig.desk.told.length;
  const id = randomUUID();
  rig.desk.willAnswer("drops_the_answer");
  await tell(visitor, { plan: "gold" }, id);
  await tell(visitor, { plan: "gold" }, id);
  await rig.says(visitor, "Is that cheaper?");
  await tell(visitor, { plan: null });
  await rig.pass(5_000);
  const heard = rig.desk.told.slice(before).map(({ type, data }) => [type, data.line?.text ?? data.attributes]);
  expect(heard.filter((one, at) => JSON.stringify(one) !== JSON.stringify(heard[at - 1]))).toEqual([
    ["handoff.told", { plan: "gold" }],
    ["handoff.line", "Is that cheaper?"],
    ["handoff.told", { plan: null }],
  ]);
  expect(rig.desk.chat().contexts).toEqual([rig.desk.chat().request.context]); // what the assistant knows is as it was
});

test("the assistant knows what was told when its chat began; the next chat with it knows all", async () => {
  await using rig = await startRig({ site: { fallback: [{ to: "assistant" }] } });
  const visitor = await rig.visitor(begun);
  await rig.says(visitor, "hello");
  await tell(visitor, { plan: "gold" });
  await rig.says(visitor, "hello");
  rig.desk.isAvailable("closed");
  await visitor.askForPerson();
  await rig.pass(5_000);
  const told = rig.simulator
    .requests()
    .flatMap(({ route, body }) => (route === "create" ? [(body as { integration_attributes: object }).integration_attributes] : []));
  expect(told).toMatchObject([
    { told_plan: "silver", told_basket: "3" },
    { told_plan: "gold", told_basket: "3" },
  ]);
  const asked = rig.simulator.requests().filter(({ route }) => route === "respond");
  expect(JSON.stringify(asked)).not.toContain("gold");
});

test.each([
  ["more than twenty", Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${n}`, n])), 400],
  ["a name with a dot", { "a.b": 1 }, 400],
  ["a long text", { a: "x".repeat(201) }, 413],
  ["something nested", { a: { b: 1 } }, 400],
])("it has the limits of what is told at the beginning: %s is refused", async (_, attributes, status) => {
  await using rig = await startRig();
  expect((await tell(await rig.visitor(), attributes)).status).toBe(status);
});

test("T18 only who has the chat tells it anything; ten times a minute, and not when it is over", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const stranger = await rig.visitor();
  const path = `/v1/conversations/${visitor.conversation}/attributes`;
  const given = { id: randomUUID(), attributes: { plan: "gold" } };
  expect((await stranger.send("POST", path, given)).status).toBe(404);
  expect((await stranger.send("POST", path, given, { authorization: "Bearer nobody" })).status).toBe(401);
  expect((await stranger.send("POST", path, given, { origin: "https://evil.example" })).status).toBe(403);
  for (let n = 0; n < 10; n++) expect((await tell(visitor, { n })).status).toBe(200);
  expect((await tell(visitor, { n: 10 })).body).toMatchObject({ code: "too_fast", retryAfter: 6 });
  await visitor.leave();
  await rig.pass(60_000);
  expect((await tell(visitor, { n: 11 })).body.code).toBe("ended");
});
