import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { startRig } from "./rig.ts";
import { createTroubledStore } from "./stuck-store.ts";

const privately = { metrics: { host: "127.0.0.1", port: 0 } };

test("a bridge says that it is alive and ready, on both its listeners", async () => {
  await using rig = await startRig({ listen: privately });
  for (const url of [rig.url, rig.privateUrl]) {
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, body: { ok: true } });
    expect(await ask(`${url}/readyz`)).toMatchObject({
      status: 200,
      body: { ready: true, store: { reads: "ok", writes: "ok" }, draining: false },
    });
  }
});

test("T50 numbers are told on the private listener only, and not at all unless it is wished for", async () => {
  await using rig = await startRig({ listen: privately });
  expect((await fetch(`${rig.privateUrl}/metrics`)).status).toBe(200);
  expect((await fetch(`${rig.url}/metrics`)).status).toBe(404);
  await using plain = await startRig();
  expect(plain.privateUrl).toBeNull();
});

test("F23 a store that does not answer: the bridge is alive, not ready, and says when to ask again", async () => {
  const trouble = createTroubledStore();
  await using rig = await startRig({ between: trouble.between });
  trouble.getStuck();
  const asked = ask(`${rig.url}/readyz`);
  await rig.settle();
  await rig.pass(1_000);
  expect(await asked).toMatchObject({ status: 503, retryAfter: "2", body: { ready: false, store: { reads: "ok", writes: "slow" } } });
  expect((await ask(`${rig.url}/healthz`)).status).toBe(200);
  trouble.recover();
  await rig.pass(1_000);
  expect((await ask(`${rig.url}/readyz`)).status).toBe(200);
});

test("F25 I-12 I-18 a full disk: lines and vendors' news are refused with 503, nothing is half done, and afterwards everything goes on", async () => {
  const trouble = createTroubledStore();
  await using rig = await startRig({ between: trouble.between });
  const visitor = await rig.live();
  trouble.fail();
  const id = randomUUID();
  const refused = await visitor.say("are you there?", id);
  expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([503, "busy", "2"]);
  expect(await rig.desk.send("agent.said", { agent: { id: "kim", name: "Kim" }, text: "Hello", format: "plain" }, { id: "n1" })).toBe(503);
  expect((await ask(`${rig.url}/readyz`)).body).toMatchObject({ ready: false, store: { reads: "ok", writes: "failing" } });
  trouble.recover();
  await rig.pass(1_000);
  expect((await visitor.say("are you there?", id)).status).toBe(200);
  expect(await rig.desk.send("agent.said", { agent: { id: "kim", name: "Kim" }, text: "Hello", format: "plain" }, { id: "n1" })).toBe(204);
  await rig.settle();
  await visitor.hears("Hello");
  expect(rig.desk.chat().lines.filter(({ text }) => text === "are you there?")).toHaveLength(1);
});

test("F23 a line that a stuck store keeps waiting is told to come again, and is said once", async () => {
  const trouble = createTroubledStore();
  await using rig = await startRig({ between: trouble.between });
  const visitor = await rig.visitor();
  trouble.getStuck();
  const id = randomUUID();
  const saying = visitor.say("how are you?", id);
  await rig.settle();
  await rig.pass(10_000);
  const late = await saying;
  expect([late.status, late.body.code, late.body.retryAfter]).toEqual([503, "busy", 2]);
  trouble.recover();
  await rig.settle();
  expect((await visitor.say("how are you?", id)).status).toBe(200);
  await rig.pass(1_000);
  await visitor.hears("Very well");
  expect(visitor.said().filter((line) => line.includes("how are you?"))).toHaveLength(1);
  expect(rig.simulator.respondCount()).toBe(1);
});

test("F39 a bridge that falls behind sends new conversations away, then lines, and never what a desk delivers", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  rig.isLate(600);
  const begin = () => visitor.send("POST", "/v1/sites/shop/conversations", { version: 1, key: "k".repeat(43) });
  const begun = await begin();
  expect([begun.status, begun.body.code, begun.headers.get("retry-after")]).toEqual([503, "busy", "2"]);
  expect((await visitor.say("one")).status).toBe(200);
  rig.isLate(1_100);
  const id = randomUUID();
  expect(await visitor.say("two", id)).toMatchObject({ status: 503, body: { code: "busy" } });
  expect(await rig.desk.says("Kim", "I am here")).toBe(204);
  rig.isLate(0);
  expect((await begin()).status).toBe(201);
  expect((await visitor.say("two", id)).status).toBe(200);
  await rig.settle();
  await visitor.hears("I am here");
  expect(
    rig.desk
      .chat()
      .lines.map(({ text }) => text)
      .slice(-2),
  ).toEqual(["one", "two"]);
});

test("F39 a site has only so many listeners: the next is sent away, and so is whoever would begin", async () => {
  await using rig = await startRig({ site: { limits: { streams: 1 } } });
  const first = await rig.visitor();
  const stream = await fetch(`${rig.url}/v1/conversations/${first.conversation}/entries`, {
    headers: { authorization: `Bearer ${first.token}`, accept: "text/event-stream" },
  });
  expect([stream.status, stream.headers.get("retry-after"), ((await stream.json()) as { code: string }).code]).toEqual([503, "5", "busy"]);
  await expect(rig.visitor()).rejects.toThrow("503");
  expect((await first.say("how are you?")).status).toBe(200);
  first.unfollow();
  await expect
    .poll(async () => (await first.send("POST", "/v1/sites/shop/conversations", { version: 1, key: "k".repeat(43) })).status)
    .toBe(201);
});

async function ask(url: string) {
  const response = await fetch(url);
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: (await response.json()) as unknown };
}
