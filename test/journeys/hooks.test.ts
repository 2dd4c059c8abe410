import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";

// T35, T36: the door for vendors. Signed, fresh and for this site's connector, or nothing happens.

test.for<[string, number, (rig: Rig) => Delivery]>([
  ["no signature", 401, () => ({ headers: { "webhook-signature": "" } })],
  ["a signature of other bytes", 401, () => ({ sent: said("Forged.").replace("Forged", "Altered") })],
  ["a signature that is ten minutes old", 401, () => ({ at: new Date(Date.now() - 600_000) })],
  ["a signature from the future", 401, () => ({ at: new Date(Date.now() + 600_000) })],
  ["another desk's secret", 401, (rig) => ({ secret: rig.secondDesk.secret })],
  ["another connector's address", 401, () => ({ path: "/v1/hooks/shop/second" })],
  ["a connector that does not exist", 404, () => ({ path: "/v1/hooks/shop/nobody" })],
  ["a site that does not exist", 404, () => ({ path: "/v1/hooks/nobody/desk" })],
  ["no JSON", 400, () => ({ body: "Forged." })],
  ["fields that are missing", 400, () => ({ body: JSON.stringify({ type: "agent.said", data: { text: "Forged." } }) })],
  ["more than a megabyte", 413, () => ({ body: said("Forged.".repeat(200_000)) })],
])("a delivery with %s is answered %d and has no effect", async ([, status, how]) => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const { length } = visitor.entries;
  expect(await deliver(rig, how(rig))).toBe(status);
  await rig.pass(10_000);
  expect(visitor.entries).toHaveLength(length);
});

test("the same delivery as it should be is heard, and one of a type nobody knows is answered and ignored", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  expect(await deliver(rig, {})).toBe(204);
  await rig.settle();
  await visitor.hears("Forged.");
  expect(await deliver(rig, { body: JSON.stringify({ type: "agent.sneezed", data: { chat: "desk-1" } }) })).toBe(204);
});

test("a note among colleagues is not heard by the visitor", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.desk.send("agent.said", { text: "He is difficult.", private: true });
  await rig.pass(1_000);
  expect(visitor.said().join()).not.toContain("difficult");
});

interface Delivery {
  path?: string;
  body?: string;
  /** What goes over the wire where that is not what was signed. */
  sent?: string;
  secret?: string;
  at?: Date;
  headers?: Record<string, string>;
}

function said(text: string): string {
  return JSON.stringify({ type: "agent.said", data: { chat: "desk-1", agent: { name: "Mallory" }, text } });
}

async function deliver(
  rig: Rig,
  { path = "/v1/hooks/shop/desk", body = said("Forged."), sent = body, secret, at = new Date(), headers }: Delivery,
) {
  const id = `evt_${randomUUID()}`;
  const response = await fetch(rig.url + path, {
    method: "POST",
    body: sent,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret ?? rig.desk.secret).sign(id, at, body),
      ...headers,
    },
  });
  await response.arrayBuffer();
  return response.status;
}
