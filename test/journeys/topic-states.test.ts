import { expect, test } from "vitest";
import { secret } from "@baton/bridge-server/config";
import { startReceiver } from "./receiver.ts";
import { startRig, type RigOptions } from "./rig.ts";

// What an assistant's topic calls the state of its handoff is data, whatever the word: it is shown, counted and told, and may mean that
// the handoff has failed.

const handsOff = (state: Record<string, unknown>) => ({
  match: "a person please",
  say: "One moment.",
  end: true,
  handoff: { destination: "refunds", reason: "customer_refund" },
  state,
});
const fails = { failureStates: ["Transfer_Error"] };
const leaveMessage = { to: "leave_message", connector: "desk" } as const;
const privately = { metrics: { host: "127.0.0.1", port: 0 } };
const exposed = (state: object) => ({ options: { stateKeys: Object.keys(state) }, rules: [handsOff({ ...state })] });

test("A8 a state that nobody has heard of reaches the list, its filter, the numbers, whoever is told, and the desk", async () => {
  const receiver = await startReceiver("crm");
  await using rig = await startRig({
    simulator: exposed({ handoff_state: null, stage_of_topic: "complaint_escalation" }),
    site: { handoff: { stateKeys: ["stage_of_topic"] } },
    listen: privately,
    announce: { crm: { url: receiver.origin, secrets: [secret("CRM")], events: ["handoff.queued"] } },
    env: { CRM: receiver.secret },
    origins: [receiver.origin],
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "a person please");
  await visitor.reaches("queued");
  await rig.settle();
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]?.topic_state).toBe("complaint_escalation");
  expect((await rig.handoffs("topic_state=complaint_escalation")).body.handoffs).toHaveLength(1);
  expect((await rig.handoffs("topic_state=another")).body.handoffs).toEqual([]);
  expect(receiver.heard[0]?.data.handoff?.topic_state).toBe("complaint_escalation");
  expect(rig.desk.chat().request.context).toMatchObject({ topicState: "complaint_escalation" });
  const metrics = await (await fetch(`${rig.privateUrl}/metrics`)).text();
  expect(metrics).toContain('baton_handoff_topic_states_total{site="shop",handoff_to="refunds",topic_state="complaint_escalation"} 1');
  await receiver.stop();
});

test("A10 an assistant whose topic says that the transfer failed is believed: no desk is asked, and the visitor gets the fallback", async () => {
  const receiver = await startReceiver("crm");
  await using rig = await startRig({
    simulator: exposed({ handoff_state: "transfer_error" }),
    site: { handoff: fails, fallback: [leaveMessage] },
    announce: { crm: { url: receiver.origin, secrets: [secret("CRM")], events: ["handoff.failed", "handoff.fell_back"] } },
    env: { CRM: receiver.secret },
    origins: [receiver.origin],
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "a person please");
  await visitor.reaches("failed");
  await visitor.hears((body) => body.type === "offers");
  expect(rig.desk.chats).toEqual([]);
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  expect(handoff).toMatchObject({ state: "handoff_failed", cause: "failure_state", topic_state: "transfer_error" });
  expect(receiver.heard.map(({ type, data }) => [type, data.cause])).toEqual([
    ["handoff.failed", "failure_state"],
    ["handoff.fell_back", "leave_message"],
  ]);
  await receiver.stop();
});

test("A10 whoever is asked as a fallback, or by hand, is not failed by the same words again", async () => {
  const routes = [
    { destination: "refunds", to: { connector: "desk", queue: "refunds" } },
    { destination: "elsewhere", to: { connector: "second" } },
  ];
  await using rig = await startRig({
    simulator: exposed({ handoff_state: "transfer_error" }),
    site: { routes, handoff: fails, fallback: [{ to: "destination", destination: "elsewhere" }] },
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "a person please");
  await visitor.reaches("queued");
  expect([rig.desk.chats.length, rig.secondDesk.chats.length]).toEqual([0, 1]);
});

test("A10 a failure that is told late takes the visitor out of the queue, and not away from a person", async () => {
  const late = { ...exposed({ handoff_state: "transfer_error" }) };
  const options: RigOptions = {
    simulator: { ...late, options: { ...late.options, handoffVisibleAfterMs: 6_000 } },
    site: { handoff: fails, fallback: [leaveMessage] },
  };
  {
    await using rig = await startRig(options);
    const visitor = await rig.visitor();
    await visitor.say("a person please");
    await rig.pass(3_000);
    await visitor.reaches("queued");
    await rig.pass(15_000);
    await visitor.reaches("failed");
    expect(rig.desk.chat().closed).toBe(1);
  }
  await using rig = await startRig(options);
  const visitor = await rig.visitor();
  await visitor.say("a person please");
  await rig.pass(3_000);
  await visitor.reaches("queued");
  await rig.desk.joins("Kim");
  await rig.pass(15_000);
  expect(visitor.phase).toBe("live");
});

test("F2 a handoff that lacks what its destination needs goes there all the same, and operators are warned by name", async () => {
  const receiver = await startReceiver("crm");
  await using rig = await startRig({
    simulator: exposed({ customer_id: null, order: "A-1001" }),
    site: {
      routes: [{ destination: "refunds", to: { connector: "desk" }, required: ["reason", "customer_id", "order"] }],
    },
    listen: privately,
    announce: { crm: { url: receiver.origin, secrets: [secret("CRM")], events: ["handoff.context_incomplete"] } },
    env: { CRM: receiver.secret },
    origins: [receiver.origin],
  });
  const visitor = await rig.visitor();
  await rig.says(visitor, "a person please");
  await visitor.reaches("queued");
  await rig.settle();
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]?.context).toMatchObject({ lacks: ["customer_id"] });
  expect(receiver.heard.map(({ type, data }) => [type, data.cause])).toEqual([["handoff.context_incomplete", "customer_id"]]);
  expect(await (await fetch(`${rig.privateUrl}/metrics`)).text()).toContain(
    'baton_handoff_context_incomplete_total{site="shop",handoff_to="refunds"} 1',
  );
  await receiver.stop();
});
