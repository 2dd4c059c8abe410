import { secret } from "@baton/bridge-server/config";
import type { Missed } from "@baton/bridge-server/http/number-answers";
import { demoAccount } from "@baton/demo/assistant/demo-account";
import { expect, test } from "vitest";
import type * as z from "zod";
import { operatorAt } from "./operator.ts";
import { startReceiver } from "./receiver.ts";
import { startRig, type Rig, type RigOptions } from "./rig.ts";

// What PolyAI's own records know of conversations is read afterwards: what never got here, and what was measured.

const lookingBack: RigOptions["assistant"] = { lookBack: true, conversationsApiKey: secret("CONVERSATIONS_KEY") };
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const SETTLED_MS = 12 * 60_000;

/** A conversation that somebody else has with the same agent, as far as its handoff. */
async function elsewhere({ upstreamUrl }: Rig): Promise<string> {
  const headers = { "x-api-key": demoAccount.chatApiKey, "x-token": demoAccount.chatToken, "content-type": "application/json" };
  const place = `${upstreamUrl}/v1/${demoAccount.account}/${demoAccount.project}/chat`;
  const post = async (path: string, body: object) =>
    (await (await fetch(`${place}/${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json()) as {
      conversation_id: string;
    };
  const { conversation_id } = await post("create", {});
  await post("respond", { conversation_id, message: "direct handoff" });
  return conversation_id;
}

const missedOf = async (rig: Rig) => (await operatorAt(rig).get<z.output<typeof Missed>>("missed")).body.sites;

test.for([
  ["a boolean beside two texts", {}],
  ["an object", { handoffInLists: "object" }],
] as const)("L1 a handoff that PolyAI knows of and that never got here is listed and told, once (%s)", async ([, options]) => {
  const crm = await startReceiver("crm");
  await using rig = await startRig({
    assistant: lookingBack,
    simulator: { options },
    announce: { crm: { url: crm.origin, secrets: [secret("CRM")], events: ["handoff.missed"] } },
    origins: [crm.origin],
    env: { CRM: crm.secret },
  });
  await rig.queued();
  const chat = await elsewhere(rig);
  await rig.pass(SETTLED_MS);
  expect(await missedOf(rig)).toMatchObject([
    { site: "shop", missed: [{ assistant_conversation_id: chat, destination: "support", reason: "direct", conversation: null }] },
  ]);
  expect(crm.heard.map(({ type, data }) => [type, data.cause])).toEqual([["handoff.missed", chat]]);
  await rig.restart(1_000);
  await rig.pass(SETTLED_MS);
  expect((await missedOf(rig))[0]?.missed).toHaveLength(1);
  expect(crm.heard).toHaveLength(1);
  await crm.stop();
});

test("E2 E1 what PolyAI measured of a handoff is beside its context afterwards, also where its words are not let out", async () => {
  await using rig = await startRig({ assistant: lookingBack, simulator: { options: { transcripts: false } } });
  const visitor = await rig.live();
  expect((await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs[0]).toMatchObject({ looked_back: null });
  await rig.pass(SETTLED_MS);
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  expect(handoff).toMatchObject({
    looked_back: { transcript: "off", turns: 3, metrics: { HANDOFF_TO: "refunds", HANDOFF_REASON: "customer_refund" } },
    context: { source: "shared_id" },
  });
  const { body } = await operatorAt(rig).get<{ lines: { text?: string }[] }>(`conversations/${visitor.conversation}/transcript`);
  expect(JSON.stringify(body.lines)).toContain("A-1001"); // our own has them
  expect((await missedOf(rig))[0]?.missed).toEqual([]);
});

test("I-19 a handoff whose conversation was erased here is not taken for one that never came", async () => {
  await using rig = await startRig({ assistant: lookingBack });
  const visitor = await rig.queued();
  await rig.pass(SETTLED_MS);
  await rig.bridge.erase({ site: "shop", id: visitor.conversation }, "operator");
  await rig.pass(SETTLED_MS);
  expect((await missedOf(rig))[0]?.missed).toEqual([]);
});

test("L5 what was missed is kept for so long as configured, but the last, and is not told again", async () => {
  const crm = await startReceiver("crm");
  await using rig = await startRig({
    assistant: lookingBack,
    kept: { retention: { findings: 30 } },
    announce: { crm: { url: crm.origin, secrets: [secret("CRM")], events: ["handoff.missed"] } },
    origins: [crm.origin],
    env: { CRM: crm.secret },
  });
  for (let n = 0; n < 3; n++) await elsewhere(rig);
  await rig.pass(SETTLED_MS);
  const last = (await missedOf(rig))[0]!.missed[0];
  await rig.jump(29 * DAY);
  await rig.pass(2 * HOUR);
  expect((await missedOf(rig))[0]?.missed).toHaveLength(3);
  await rig.jump(2 * DAY);
  await rig.pass(2 * HOUR);
  await rig.restart(1_000);
  await rig.pass(SETTLED_MS);
  expect((await missedOf(rig))[0]?.missed).toEqual([last]);
  expect(crm.heard).toHaveLength(3);
  await crm.stop();
});

test("L1 a platform that is away is looked at again, from where the last look ended", async () => {
  await using rig = await startRig({ assistant: lookingBack });
  rig.simulator.addFault({ kind: "status", route: "conversations", status: 503 });
  const chat = await elsewhere(rig);
  await rig.pass(SETTLED_MS);
  expect(await missedOf(rig)).toEqual([{ site: "shop", looked_until: null, missed: [] }]);
  rig.simulator.clearFaults();
  await rig.pass(SETTLED_MS);
  expect((await missedOf(rig))[0]?.missed.map((one) => one.assistant_conversation_id)).toEqual([chat]);
});
