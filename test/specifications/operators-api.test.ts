import { openapi } from "@baton/bridge-server/http/openapi";
import { operatorApi, type OperatorParts } from "@baton/bridge-server/http/operator-api";
import { operations } from "@baton/bridge-server/http/operator-operations";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { operatorAt } from "../journeys/operator.ts";
import { fits, operationAt } from "../journeys/operator-answers.ts";
import { startReceiver } from "../journeys/receiver.ts";
import { startRig } from "../journeys/rig.ts";
import { startSmsRig } from "../journeys/sms.ts";
import { secret } from "@baton/bridge-server/config";

// The description of the operators' API is true: it is OpenAPI, it names every route, and the routes answer as it says.

test("the description is valid by OpenAPI 3.1's own schema", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(openapi()));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

test("every operator's route is described, and nothing else is", () => {
  const parts = { sites: [], whoIs: () => null } as unknown as OperatorParts; // routes are only listed: none is asked
  const routes = operatorApi(parts).routes.map(({ method, path }) => `${method} ${path}`);
  expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).toSorted()).toEqual(routes.toSorted());
  const { paths } = openapi() as { paths: Record<string, Record<string, { parameters: { in: string; name: string }[] }>> };
  expect(Object.values(paths).flatMap((path) => Object.keys(path))).toHaveLength(operations.length);
  const listed = paths["/v1/handoffs"]!["get"]!.parameters.map(({ name }) => name);
  expect(listed).toEqual(expect.arrayContaining(["site", "stage", "topic_state", "since", "cursor", "shared_id"]));
  expect(paths["/v1/handoffs/{id}/reroute"]!["post"]!.parameters).toEqual([
    { in: "path", name: "id", required: true, schema: { type: "string" } },
  ]);
});

test("whoever writes programs reads it from the bridge, without a key", async () => {
  await using rig = await startRig();
  const response = await fetch(`${rig.url}/v1/openapi.json`);
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(openapi())));
});

test("people read the same as a page, without a key, that runs nothing and loads nothing from elsewhere", async () => {
  await using rig = await startRig();
  const response = await fetch(`${rig.url}/v1/docs`);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'; style-src 'self'");
  const page = await response.text();
  for (const { path } of operations) expect(page).toContain(`/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  for (const name of ["ListedHandoff", "Numbers", "topic_state"]) expect(page).toContain(name);
  expect(page).not.toMatch(/<script|<style|style=|https?:\/\//);
  const named = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  expect([...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !named.has(id))).toEqual([]);
  expect((await fetch(`${rig.url}/v1/docs.css`)).headers.get("content-type")).toContain("text/css");
});

test("every operation answers as it is described, and refuses as it is described", async () => {
  const crm = await startReceiver("crm");
  const routes = [{ destination: "refunds", to: { connector: "desk" } }];
  const announce = { crm: { url: crm.origin, secrets: [secret("CRM")] } };
  await using sms = await startSmsRig({ announce, origins: [crm.origin], env: { CRM: crm.secret }, site: { routes } });
  const { rig } = sms;
  crm.willAnswer(410);
  const visitor = await rig.queued();
  const [handoff] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs;
  const { get, post, put, remove } = operatorAt(rig);
  const { deliveries } = (await get<{ deliveries: { id: number }[] }>("deliveries?state=kept")).body;
  const about = { id: handoff!.id };
  const asked: [method: "GET" | "POST" | "PUT", path: string, body?: object][] = [
    ["GET", "operators/me"],
    ["GET", "handoffs?stage=queued"],
    ["GET", `handoffs?shared_id=${handoff!.shared_id}`],
    ["GET", `ws-acme/PROJECT-shop/handoff_state?id=${handoff!.assistant_conversation_id}`],
    ["GET", `handoffs/${handoff!.id}/work`],
    ["GET", "conversations?phase=queued"],
    ["GET", `conversations/${visitor.conversation}`],
    ["GET", `conversations/${visitor.conversation}/transcript`],
    ["GET", "destinations"],
    ["POST", "destinations/dry-run", { site: "shop", destination: "refunds" }],
    ["GET", "destinations/shop"],
    ["POST", "destinations/shop/check", { document: { defaultRoute: { to: { connector: "desk" } } } }],
    ["POST", "destinations/shop/import", { yaml: "handoffs: [{name: Billing}]" }],
    ["PUT", "destinations/shop", { based_on: 0, document: { routes, defaultRoute: { to: { connector: "desk" } } } }],
    ["GET", "destinations/shop/versions"],
    ["GET", "destinations/shop/versions/1"],
    ["GET", "numbers?by=reason"],
    ["GET", "alerts"],
    ["GET", "missed"],
    ["GET", "deliveries?state=kept"],
    ["GET", "deliveries/count?since=2026-11-23T00:00:00Z&until=2026-11-24T00:00:00Z"],
    ["POST", `deliveries/${deliveries[0]!.id}/replay`],
    ["POST", "deliveries/replay", { since: "2026-11-23T00:00:00Z", until: "2026-11-24T00:00:00Z" }],
    ["GET", "opt-outs?site=shop&channel=sms"],
    ["POST", "opt-outs", { site: "shop", channel: "sms", address: "+15552223333" }],
    ["POST", "opt-outs/undo", { site: "shop", channel: "sms", address: "+15552223333" }],
    ["GET", "audit"],
    ["GET", "audit/check"],
    ["GET", "keys"],
    ["POST", "outcomes", { id: "case-1", about, resolution: "resolved" }],
    ["POST", "sip/context", { site: "shop", headers: { "X-Reason": "refund" } }],
    ["POST", "sip/headers", { site: "shop", about }],
    ["POST", `handoffs/${handoff!.id}/reroute`, { id: "press-1", destination: "refunds" }],
  ];
  const seen = new Set<string>(["/handoffs/events", "/export", "/export/schema.json", "/openapi.json", "/docs", "/docs.css"]); // streams, and the descriptions themselves
  const ask = async (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) => {
    const verbs = { GET: get, POST: post, PUT: (at: string, sent?: object) => put(at, sent ?? {}), DELETE: remove };
    const { status, body: answer } = await verbs[method](path, body);
    expect([path, status, answer]).toEqual([path, 200, answer]);
    seen.add(operationAt(method, path).path);
    return answer;
  };
  for (const one of asked) await ask(...one);
  await rig.settle();
  const [next] = (await rig.handoffs(`id=${visitor.conversation}`)).body.handoffs.toReversed();
  await ask("POST", `handoffs/${next!.id}/close`, { id: "press-2", message: "Bye" });
  const failing = await rig.visitor();
  rig.desk.isAvailable("closed");
  await rig.says(failing, "I want a refund", "A-1001");
  await rig.pass(5_000);
  const [failed] = (await rig.handoffs(`id=${failing.conversation}`)).body.handoffs;
  await ask("POST", `handoffs/${failed!.id}/retry`, { id: "press-3" });
  const { id: made } = (await ask("POST", "keys", { name: "crm", scopes: ["read"] })) as { id: string };
  await ask("POST", `keys/${made}/rotate`, {});
  await ask("DELETE", `keys/${made}`);
  await ask("POST", "erasures", { conversation: failing.conversation });
  await ask("GET", `erasures/${failing.conversation}`);
  expect([...seen].toSorted()).toEqual([...new Set(operations.map(({ path }) => path))].toSorted());

  for (const { method, path, role } of operations) {
    if (role === null) continue;
    const at = path.replaceAll(/:\w+/g, "x");
    const response = await fetch(`${rig.url}/v1${at}`, { method });
    expect([path, response.status]).toEqual([path, 401]);
    fits(method, at, response.status, await response.json());
  }
  await crm.stop();
});

test("an answer that has lost a member, or has one that is not told of, does not pass for what is described", () => {
  const me = { name: "crm", role: "viewer", scopes: null };
  expect(() => fits("GET", "operators/me", 200, me)).not.toThrow();
  expect(() => fits("GET", "operators/me", 200, { name: "crm" })).toThrow("not answered as described");
  expect(() => fits("GET", "operators/me", 200, { ...me, key: "secret" })).toThrow("not answered as described");
  expect(() => fits("GET", "operators/you", 200, me)).toThrow("no operation");
});
