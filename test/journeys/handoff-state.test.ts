import { secret } from "@baton/bridge-server/config";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { expect, test } from "vitest";
import { startReceiver } from "./receiver.ts";
import { startRig, type Rig } from "./rig.ts";

// A1–A8, B1–B5: what downstream systems read, in our own shape and in PolyAI's.

const KEY = "an-operator-key-of-some-length";
const { account, project } = demoAccount;

async function polyai(rig: Rig, query: string, headers: Record<string, string> = { "x-api-key": KEY }, at = `${account}/${project}`) {
  const response = await fetch(`${rig.url}/v1/${at}/handoff_state?${query}`, { headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

test("A1 A3 A4 A7 E4 every state of a handoff with its time, and an end with its cause", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  const state = async () => (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]!;
  expect(await state()).toMatchObject({ state: "handoff_initiated", stage: "queued", chat: { connector: "desk", ref: "desk-1" } });
  await rig.desk.joins("Kim");
  await rig.pass(5_000);
  expect(await state()).toMatchObject({ state: "handoff_completed", stage: "live", agent: { name: "Kim" } });
  await rig.desk.send("chat.ended");
  await rig.settle();
  const { history, ...last } = await state();
  expect(last).toMatchObject({
    stage: "ended",
    cause: "agent",
    destination: "refunds",
    reason: "customer_refund",
    topic_state: "customer_refund",
    utterance: expect.stringContaining("passing you over"),
    route: { connector: "desk", queue: "refunds", urgent: false },
    context: { state: "found", source: "shared_id", data: { order_id: "A-1001" } },
  });
  expect(history.map(({ state: name, step }) => [name, step])).toEqual([
    ["handoff_initiated", "initiated"],
    ["handoff_initiated", "queued"],
    ["handoff_completed", "completed"],
    ["handoff_completed", "ended"],
  ]);
  expect(history.map(({ at }) => Date.parse(at))).toEqual(history.map(({ at }) => Date.parse(at)).toSorted());
});

test("B1 the conversation with the assistant has one shared id, which PolyAI, the desk, whoever is told and whoever asks all have", async () => {
  const crm = await startReceiver("crm");
  const announce = { crm: { url: crm.origin, secrets: [secret("CRM")] } };
  await using rig = await startRig({ announce, origins: [crm.origin], env: { CRM: crm.secret } });
  const [one, other] = [await rig.live(), await rig.queued()];
  const shared = async ({ conversation }: typeof one) => (await rig.handoffs(`id=${conversation}`)).body.handoffs[0]!.shared_id;
  const [its, theirs] = [await shared(one), await shared(other)];
  expect(new Set([its, theirs]).size).toBe(2);
  const created = rig.simulator.requests().flatMap(({ route, body }) => (route === "create" ? [body] : []));
  expect(created).toMatchObject([its, theirs].map((id) => ({ integration_attributes: { shared_id: id } })));
  expect(rig.desk.chats.map(({ request }) => request.ids.sharedId)).toEqual([its, theirs]);
  expect(new Set(crm.heard.map(({ data }) => data.shared_id))).toEqual(new Set([its, theirs]));
  await crm.stop();
});

test("A3 a handoff is known as begun before any desk has answered", async () => {
  await using rig = await startRig();
  rig.desk.willAnswer("holds");
  const visitor = await rig.visitor();
  await rig.says(visitor, "I want a refund", "A-1001");
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs).toMatchObject([
    { state: "handoff_initiated", stage: "initiated" },
  ]);
});

test("A8 a topic state that nobody has heard of is passed on", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "failing transfer");
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs).toMatchObject([{ topic_state: "transfer_error" }]);
});

test("B2 B5 one handoff is found by any of its names, and shared_id wins over id", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  const other = await rig.queued();
  const [record] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const [second] = (await rig.handoffs(`id=${other.conversation}`)).body.handoffs;
  const names = [`shared_id=${record!.shared_id}`, `id=${record!.assistant_conversation_id}`, `id=${record!.id}`];
  for (const name of [...names, `shared_id=${record!.shared_id}&id=${second!.id}`]) {
    expect([name, (await rig.handoffs(name)).body]).toMatchObject([
      name,
      { conversation: visitor.conversation, handoffs: [{ id: record!.id }] },
    ]);
  }
  expect(record!.shared_id).not.toBe(second!.shared_id);
});

test("B3 a shared id that is unknown is not made up for by an id that is known", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  expect((await rig.handoffs(`shared_id=nobody&id=${visitor.conversation}`)).status).toBe(404);
  expect((await polyai(rig, `shared_id=nobody&id=${visitor.conversation}`)).status).toBe(404);
});

test.for([
  ["id=", { status: 400, body: { code: "invalid" } }],
  ["id=nobody", { status: 404, body: { code: "not_found", detail: "no handoff goes by this id" } }],
  ["shared_id=nobody", { status: 404, body: { code: "not_found", detail: "no handoff goes by this id" } }],
] as const)("what ?%s asks for is said not to be there", async ([query, answer]) => {
  await using rig = await startRig();
  expect(await rig.handoffs(query)).toMatchObject(answer);
});

test("a conversation that was never handed off has no handoff state", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  expect((await rig.handoffs(`id=${visitor.conversation}`)).status).toBe(404);
});

test.for([null, "wrong", "", KEY.slice(0, -1)])("T18 nobody reads handoffs with the key %s, nor with a visitor's token", async (key) => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  expect(await rig.handoffs(`id=${visitor.conversation}`, key)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
  expect(await rig.handoffs(`id=${visitor.conversation}`, visitor.token)).toMatchObject({ status: 401 });
  expect(await polyai(rig, `id=${visitor.conversation}`, key === null ? {} : { "x-api-key": key })).toMatchObject({
    status: 401,
    body: { success: false, error_code: "AUTH_USER_UNAUTHORISED" },
  });
});

test("PolyAI's own path answers in PolyAI's own shape", async () => {
  await using rig = await startRig();
  await rig.live();
  const { shared_id: sharedId, id } = (await rig.handoffs(`id=${rig.simulator.conversations()[0]!.id}`)).body.handoffs[0]!;
  for (const query of [`shared_id=${sharedId}`, `id=${rig.simulator.conversations()[0]!.id}`, `id=${id}`]) {
    const { status, body, headers } = await polyai(rig, query, { "x-api-key": KEY, "x-polyai-correlation-id": "theirs" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: rig.simulator.conversations()[0]!.id,
      shared_id: sharedId,
      data: { handoff_state: "handoff_completed", handoff_reason: "customer_refund", order_id: "A-1001" },
    });
    expect(headers.get("x-polyai-correlation-id")).toBe("theirs");
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("PolyAI's own path knows the site's account and project, and no other", async () => {
  await using rig = await startRig();
  const visitor = await rig.queued();
  expect(await polyai(rig, `id=${visitor.conversation}`, undefined, "ws-nobody/PROJECT-none")).toMatchObject({
    status: 404,
    body: { error_code: "PROJECT_NOT_FOUND" },
  });
  expect((await polyai(rig, "")).status).toBe(400);
});
