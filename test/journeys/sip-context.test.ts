import { expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";

// A contact centre asks what a call is about, by the headers that came with it, and which headers a call should carry.

const sip = {
  headers: [
    { name: "X-Customer-Id", value: "$customer_id" },
    { name: "X-Reason", value: "$reason" },
    { name: "User-to-User", value: "$shared_id" },
  ],
  required: ["reason", "customer_id"],
};

interface Told {
  code?: string;
  detail?: string;
  stored: string;
  shared_id: string | null;
  handoff: { id: string; stage: string } | null;
  context: Record<string, { value: unknown; from: string }>;
  headers: { name: string; value: string }[];
  missing: string[];
  unread: { name: string; because: string }[];
}

async function ask(rig: Rig, path: "context" | "headers", body: unknown, key = "an-operator-key-of-some-length") {
  const request = { method: "POST", headers: { "content-type": "application/json", "x-api-key": key }, body: JSON.stringify(body) };
  const response = await fetch(`${rig.url}/v1/sip/${path}`, request);
  return { status: response.status, body: (await response.json()) as Told }; // of these routes
}

test("F1 E1 a call that a handoff's headers came with shows what the handoff knows, and where each field is from", async () => {
  await using rig = await startRig({ site: { sip } });
  const visitor = await rig.live();
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const given = await ask(rig, "headers", { site: "shop", about: { id: handoff!.id }, headers: { "X-Skill": "refunds" } });
  expect(given).toMatchObject({ status: 200, body: { handoff: { id: handoff!.id, stage: "live" } } });
  const headers = Object.fromEntries(given.body.headers.map(({ name, value }) => [name, value]));
  expect(Object.keys(headers)).toEqual(expect.arrayContaining(["User-to-User", "X-Skill"]));

  const { status, body } = await ask(rig, "context", { site: "shop", headers: { ...headers, "X-Caller-ID": "+442071838750" } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ stored: "found", shared_id: handoff!.shared_id, handoff: { id: handoff!.id } });
  expect(body.context["caller_id"]).toEqual({ value: "+442071838750", from: "header" });
  const { data } = handoff!.context;
  expect(Object.keys(data ?? {}).length).toBeGreaterThan(0);
  for (const [field, value] of Object.entries(data ?? {})) expect(body.context[field]).toEqual({ value, from: "assistant" });
  expect(body.unread).toEqual([{ name: "X-Skill", because: "unmapped" }]);
});

test("a call that never was a chat is looked up at the assistant, by the shared id in its headers", async () => {
  await using rig = await startRig({ site: { sip } });
  const unknown = await ask(rig, "context", { site: "shop", headers: { "X-Shared-Id": "nobody-knows-it" } });
  expect(unknown.body).toMatchObject({ stored: "missing", handoff: null, missing: ["reason", "customer_id"] });
  expect(rig.simulator.requests().some(({ path }) => path.includes("handoff_state"))).toBe(true);
  const without = await ask(rig, "context", { site: "shop", headers: { "X-Reason": ["refund", "other"], "X-Customer-ID": "7" } });
  expect(without.body).toMatchObject({ shared_id: null, stored: "missing", missing: [], context: { reason: { value: "refund" } } });
});

test("bad requests are told what is wrong, and without a key there is nothing to see (T9)", async () => {
  await using rig = await startRig();
  expect(await ask(rig, "context", { site: "shop", headers: {} }, "wrong")).toMatchObject({ status: 401 });
  expect(await ask(rig, "headers", { site: "shop", about: { id: "x" } }, "wrong")).toMatchObject({ status: 401 });
  expect(await ask(rig, "context", { site: "nope", headers: {} })).toMatchObject({ body: { code: "unknown_site" } });
  expect(await ask(rig, "context", { site: "shop" })).toMatchObject({
    body: { code: "invalid", detail: expect.stringContaining("headers") },
  });
  expect(await ask(rig, "headers", { site: "shop", about: {} })).toMatchObject({ body: { code: "invalid" } });
  expect(await ask(rig, "headers", { site: "shop", about: { id: "nobody" } })).toMatchObject({ status: 404 });
});
