import { expect, test } from "vitest";
import { secret } from "@baton/bridge-server/config";
import { startReceiver } from "./receiver.ts";
import { startRig, type Rig } from "./rig.ts";

// What became of a handoff is told by the system that knows, after it is over, and read by everybody else.

const KEY = "an-operator-key-of-some-length";
const RESOLVED = { id: "case-41", resolution: "resolved", wrap_up: "Refunded in full.", rating: 5 };

async function report(rig: Rig, body: unknown, headers: Record<string, string> = { "x-api-key": KEY }) {
  const request = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  const response = await fetch(`${rig.url}/v1/outcomes`, request);
  return { status: response.status, body: (await response.json()) as { code?: string; detail?: string; handoff?: string | null } };
}

/** A handoff that is over, by the names it has. */
async function over(rig: Rig) {
  const visitor = await rig.live();
  await rig.desk.send("chat.ended");
  await rig.settle();
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  return { visitor, handoff: handoff! };
}

test("E8 an outcome joins its handoff by any of the names, stands in its history, and is announced without the words", async () => {
  const crm = await startReceiver("crm");
  const announce = { crm: { url: crm.origin, secrets: [secret("CRM")], events: ["outcome.reported" as const] } };
  await using rig = await startRig({ announce, origins: [crm.origin], env: { CRM: crm.secret } });
  const { visitor, handoff } = await over(rig);
  const names = [
    { shared_id: handoff.shared_id },
    { id: handoff.assistant_conversation_id },
    { id: handoff.id },
    { id: visitor.conversation },
  ];
  for (const [at, about] of names.entries()) {
    expect(await report(rig, { ...RESOLVED, id: `case-${at}`, about })).toMatchObject({ status: 200, body: { handoff: handoff.id } });
  }
  await rig.settle();
  const [after] = (await rig.handoffs(`id=${handoff.id}`)).body.handoffs;
  expect(after).toMatchObject({ stage: "ended", outcome: { resolution: "resolved", wrap_up: "Refunded in full.", rating: 5 } });
  expect(after).toMatchObject({
    history: expect.arrayContaining([expect.objectContaining({ step: "outcome_reported", cause: "resolved" })]),
  });
  expect(crm.heard).toHaveLength(4);
  expect(crm.heard[0]).toMatchObject({ type: "outcome.reported", data: { cause: "resolved", handoff: { id: handoff.id } } });
  expect(JSON.stringify(crm.heard)).not.toContain("Refunded");
  await crm.stop();
});

test("the same report again changes nothing, with other words it is refused, and a correction has an id of its own", async () => {
  await using rig = await startRig();
  const { handoff } = await over(rig);
  const about = { id: handoff.id };
  const first = await report(rig, { ...RESOLVED, about });
  expect(await report(rig, { ...RESOLVED, about })).toEqual(first);
  expect(await report(rig, { ...RESOLVED, rating: 1, about })).toMatchObject({ status: 422, body: { code: "conflict" } });
  expect((await report(rig, { id: "case-42", resolution: "reopened", about })).status).toBe(200);
  const [after] = (await rig.handoffs(`id=${handoff.id}`)).body.handoffs;
  expect(after).toMatchObject({ outcome: { resolution: "reopened", wrap_up: null, rating: null } });
});

test("a conversation that was never handed off has outcomes, too, and I-19 an erased one has none", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const about = { id: visitor.conversation };
  expect(await report(rig, { ...RESOLVED, about })).toMatchObject({ status: 200, body: { handoff: null } });
  await visitor.erase();
  await report(rig, { ...RESOLVED, id: "late", wrap_up: "a canary too late", about });
  expect(await rig.onDisk()).not.toContain("a canary too late");
});

test.each([
  ["without a key", { ...RESOLVED, about: { id: "x" } }, {}, 401, /key of this bridge/],
  ["about nobody", { ...RESOLVED, about: {} }, undefined, 400, /write shared_id or id/],
  ["about somebody unknown", { ...RESOLVED, about: { id: "x" } }, undefined, 404, /no conversation/],
  ["that tells nothing", { id: "case-1", about: { id: "x" } }, undefined, 400, /tells nothing/],
  ["with six of five stars", { ...RESOLVED, rating: 6, about: { id: "x" } }, undefined, 400, /rating/],
  ["without an id", { ...RESOLVED, id: undefined, about: { id: "x" } }, undefined, 400, /id/],
])("a report %s is refused in a sentence", async (_, body, headers, status, detail) => {
  await using rig = await startRig();
  const answer = await report(rig, body, headers);
  expect(answer.status).toBe(status);
  expect(answer.body.detail).toMatch(detail);
});
