import { secret } from "@baton/bridge-server/config";
import { expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";

// Each operator's key opens as much as its role says, and who asks can find out.

const keys = { crm: "the-key-of-the-crm-system", kim: "the-key-of-kim-on-call" };
const withKeys = {
  operators: [
    { name: "crm", key: secret("CRM_KEY") },
    { name: "kim", key: secret("KIM_KEY"), role: "operator" as const },
  ],
  env: { CRM_KEY: keys.crm, KIM_KEY: keys.kim },
};

async function me(rig: Rig, headers: Record<string, string>) {
  const response = await fetch(`${rig.url}/v1/operators/me`, { headers });
  return { status: response.status, body: (await response.json()) as object };
}

test("a key says whose it is and what it may do; one without a role may read", async () => {
  await using rig = await startRig(withKeys);
  expect(await me(rig, { "x-api-key": keys.crm })).toEqual({ status: 200, body: { name: "crm", role: "viewer", scopes: null } });
  expect(await me(rig, { authorization: `Bearer ${keys.kim}` })).toEqual({
    status: 200,
    body: { name: "kim", role: "operator", scopes: null },
  });
  expect(await me(rig, { "x-api-key": rig.operatorKey })).toEqual({ status: 200, body: { name: "tests", role: "admin", scopes: null } });
});

test("T18 without a key, with a wrong one, or with a visitor's token nobody is an operator", async () => {
  await using rig = await startRig(withKeys);
  const visitor = await rig.visitor();
  for (const headers of [{}, { "x-api-key": `${keys.kim}x` }, { authorization: `Bearer ${visitor.token}` }])
    expect(await me(rig, headers)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
});

test("a key that may only read still reads handoffs and reports what became of them", async () => {
  await using rig = await startRig(withKeys);
  const visitor = await rig.queued();
  expect((await rig.handoffs(`id=${visitor.conversation}`, keys.crm)).status).toBe(200);
  const report = { id: "case-1", about: { id: visitor.conversation }, resolution: "resolved" };
  const headers = { "x-api-key": keys.crm, "content-type": "application/json" };
  expect((await fetch(`${rig.url}/v1/outcomes`, { method: "POST", headers, body: JSON.stringify(report) })).status).toBe(200);
});
