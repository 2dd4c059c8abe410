import { secret } from "@baton/bridge-server/config";
import { expect, test } from "vitest";
import { operatorAt } from "./operator.ts";
import { startRig, type Rig } from "./rig.ts";
import type { Visitor } from "./visitor.ts";

// What an operator does about a handoff by hand, while the visitor's conversation is still there.

const refund = ["I want a refund", "A-1001"];
const two = {
  routes: [
    { destination: "refunds", to: { connector: "desk" } },
    { destination: "billing", to: { connector: "second" } },
  ],
};
const phone = [{ to: "phone" as const, label: "Shop", number: "+442071838750" }];
const view = async (rig: Rig, id: string) => (await rig.handoffs(`id=${id}`)).body.handoffs;
const steps = async (rig: Rig, id: string) =>
  (await view(rig, id))[0]!.history.map(({ step, by }) => (by === null ? step : `${step} ${by}`));

/** A visitor whose handoff has failed because the desk was off. */
async function failed(rig: Rig): Promise<{ visitor: Visitor; handoff: string }> {
  rig.desk.isAvailable("closed");
  const visitor = await rig.visitor();
  await rig.says(visitor, ...refund);
  await rig.pass(5_000);
  await visitor.hears((body) => body.type === "phase_changed" && body.phase === "failed");
  const [handoff] = await view(rig, visitor.conversation);
  return { visitor, handoff: handoff!.id };
}

test("A6 M1 a handoff that failed with the desk off is retried by hand, and reaches a person with everything that was known", async () => {
  await using rig = await startRig({ site: { ...two, fallback: phone } });
  const { visitor, handoff } = await failed(rig);
  await rig.says(visitor, "is nobody there?");
  rig.desk.isAvailable("open");
  const { status, body } = await operatorAt(rig).steer(handoff, "retry", { id: "press-1" });
  expect(status).toBe(200);
  await rig.settle();
  await visitor.reaches("queued");
  const { request } = rig.desk.chat();
  expect(request).toMatchObject({
    handoff: body.handoff,
    requested: { destination: "refunds", reason: "customer_refund", by: "operator" },
    context: { data: { order_id: "A-1001" } },
  });
  expect(request.transcript.at(-1)).toMatchObject({ by: "visitor", text: "is nobody there?" });
  await rig.desk.joins("Kim");
  await rig.desk.send("agent.said", { text: "I am here now", agent: { name: "Kim" } });
  await visitor.hears("I am here now");
  expect(await steps(rig, handoff)).toEqual(["initiated", "failed", "fell_back", "retried_by_hand tests"]);
  expect(await steps(rig, body.handoff!)).toEqual(["initiated tests", "queued", "completed"]);
});

test("A6 where the assistant has taken over again, a retry by hand brings the person all the same, with the first context", async () => {
  await using rig = await startRig({ site: { ...two, fallback: [{ to: "assistant" }] } });
  const { visitor, handoff } = await failed(rig);
  await visitor.reaches("automated");
  rig.desk.isAvailable("open");
  expect((await operatorAt(rig).steer(handoff, "retry", { id: "press-1" })).status).toBe(200);
  await rig.pass(5_000);
  await visitor.reaches("queued");
  expect(rig.desk.chat().request.context).toMatchObject({ data: { order_id: "A-1001" } });
});

test("a visitor who waits in the wrong queue is sent to another by hand, and leaves the first", async () => {
  await using rig = await startRig({ site: two });
  const visitor = await rig.queued();
  const [waiting] = await view(rig, visitor.conversation);
  const { body } = await operatorAt(rig).steer(waiting!.id, "reroute", { id: "press-1", destination: "Billing " });
  await rig.settle();
  await visitor.reaches("queued");
  expect(rig.desk.chat().closed).toBe(1);
  expect(rig.secondDesk.chat().request.handoff).toBe(body.handoff);
  expect(await view(rig, waiting!.id)).toMatchObject([{ stage: "abandoned", cause: "operator" }]);
  expect(await steps(rig, waiting!.id)).toEqual(["initiated", "queued", "rerouted_by_hand tests", "abandoned"]);
  await rig.says(visitor, "who has me now?");
  await rig.secondDesk.joins("Sam");
  await rig.settle();
  await visitor.reaches("live");
  expect(rig.secondDesk.chat().lines).toMatchObject([{ text: "who has me now?" }]);
  expect(visitor.deliveries()).toEqual({});
});

test("a conversation is closed by hand, with a last word to the visitor", async () => {
  await using rig = await startRig({ site: two });
  const visitor = await rig.queued();
  const [waiting] = await view(rig, visitor.conversation);
  await operatorAt(rig).steer(waiting!.id, "close", { id: "press-1", message: "We have called you." });
  await visitor.reaches("ended");
  await visitor.hears((body) => body.type === "said" && body.by === "agent" && body.text === "We have called you.");
  expect(visitor.entries.at(-1)!.body).toEqual({ type: "phase_changed", phase: "ended", by: "agent" });
  await rig.settle();
  expect(rig.desk.chat().closed).toBe(1);
  expect(await view(rig, waiting!.id)).toMatchObject([{ stage: "abandoned", cause: "operator" }]);
});

test("the same press again changes nothing and is answered alike; another thing under its id is refused", async () => {
  await using rig = await startRig({ site: { ...two, fallback: phone } });
  const { handoff } = await failed(rig);
  const { steer } = operatorAt(rig);
  const first = await steer(handoff, "retry", { id: "press-1" });
  await rig.pass(5_000);
  expect(await steer(handoff, "retry", { id: "press-1" })).toEqual(first);
  expect(await steer(handoff, "close", { id: "press-1" })).toMatchObject({ status: 422, body: { code: "conflict" } });
  expect((await steps(rig, handoff)).filter((step) => step.startsWith("retried"))).toHaveLength(1);
});

test("a message that is left at the moment of a retry is refused for that, and the conversation is not called over", async () => {
  let retry: (() => Promise<unknown>) | null = null;
  await using rig = await startRig({
    site: { ...two, fallback: [{ to: "leave_message", connector: "second" }] },
    between: (store) => ({
      ...store,
      async record(fact) {
        const first = fact.factId.startsWith("message:") ? retry : null;
        retry = first ? null : retry;
        await first?.();
        return store.record(fact);
      },
    }),
  });
  const { visitor, handoff } = await failed(rig);
  rig.desk.isAvailable("open");
  retry = () => operatorAt(rig).steer(handoff, "retry", { id: "press-1" });
  expect(await visitor.leaveMessage("Call me")).toMatchObject({ status: 400, body: { code: "invalid" } });
  await rig.pass(5_000);
  await visitor.reaches("queued");
});

test("what cannot be done now is refused in a sentence that says why, also when it is sent again", async () => {
  await using rig = await startRig({ site: two });
  const visitor = await rig.queued();
  const [handoff] = await view(rig, visitor.conversation);
  const { steer } = operatorAt(rig);
  const press = (verb: "retry" | "reroute" | "close", more: object = {}) => steer(handoff!.id, verb, { id: crypto.randomUUID(), ...more });
  expect((await press("retry")).body).toMatchObject({ code: "conflict", detail: expect.stringContaining("asked for already") });
  expect((await press("reroute", { destination: "nowhere" })).body).toMatchObject({
    code: "invalid",
    detail: 'destination: no route of shop has it: write one of "refunds", "billing"',
  });
  await rig.desk.joins("Kim");
  await rig.settle();
  expect((await press("reroute", { destination: "billing" })).body.detail).toBe("a person is there already");
  expect((await steer(handoff!.id, "retry", { id: "late" })).body.detail).toBe("a person is there already");
  await visitor.leave();
  expect((await press("close")).body.detail).toBe("the conversation is over");
  expect((await steer(handoff!.id, "retry", { id: "late" })).body.detail).toBe("the conversation is over");
  expect((await steer("no-such-handoff", "retry", { id: "late" })).status).toBe(404);
});

test("whoever reads a handoff is told beforehand what can be done about it, and why the rest cannot", async () => {
  await using rig = await startRig({ site: { ...two, fallback: phone } });
  const whyNot = async (id: string) => (await view(rig, id))[0]!.why_not;
  const { visitor, handoff } = await failed(rig);
  expect(await whyNot(handoff)).toEqual({ retry: null, reroute: null, close: null });
  rig.desk.isAvailable("open");
  const { body } = await operatorAt(rig).steer(handoff, "retry", { id: "press-1" });
  await rig.pass(5_000);
  await visitor.reaches("queued");
  const later = expect.stringContaining("a later handoff");
  expect(await whyNot(handoff)).toEqual({ retry: later, reroute: later, close: later });
  expect(await whyNot(body.handoff!)).toEqual({ retry: expect.stringContaining("asked for already"), reroute: null, close: null });
  await visitor.leave();
  const over = "the conversation is over";
  expect(await whyNot(handoff)).toEqual({ retry: over, reroute: over, close: over });
});

test("a key that may only read steers nothing, and is told which role does", async () => {
  const operators = [{ name: "crm", key: secret("CRM_KEY") }];
  await using rig = await startRig({ site: two, operators, env: { CRM_KEY: "the-key-of-the-crm-system" } });
  const visitor = await rig.queued();
  const [handoff] = await view(rig, visitor.conversation);
  const crm = operatorAt({ url: rig.url, operatorKey: "the-key-of-the-crm-system" });
  for (const verb of ["retry", "reroute", "close"] as const)
    expect(await crm.steer(handoff!.id, verb, { id: "press-1", destination: "billing" })).toMatchObject({
      status: 403,
      body: { code: "forbidden", detail: expect.stringContaining("role operator") },
    });
  expect(visitor.phase).toBe("queued");
});
