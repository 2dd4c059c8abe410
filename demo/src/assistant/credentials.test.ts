import { expect, test } from "vitest";
import { call, callSimulator } from "./caller.ts";
import { createClock } from "./clock.ts";
import { demoAccount, demoCredentials } from "./demo-account.ts";

const { account, project, chatApiKey, chatToken, handoffApiKey, other } = demoAccount;

test.for([
  ["no key", {}, 401, "AUTH_USER_UNAUTHORISED"],
  ["an unknown key", { "x-api-key": "guess" }, 401, "AUTH_USER_UNAUTHORISED"],
  ["an expired key", { "x-api-key": demoAccount.expiredKey, "x-token": chatToken }, 401, "AUTH_USER_INVALID_TOKEN"],
  ["no token", { "x-api-key": chatApiKey }, 401, "AUTH_USER_INVALID_TOKEN"],
  ["an unknown token", { "x-api-key": chatApiKey, "x-token": "guess" }, 401, "AUTH_USER_INVALID_TOKEN"],
  ["an expired token", { "x-api-key": chatApiKey, "x-token": demoAccount.expiredToken }, 401, "AUTH_USER_INVALID_TOKEN"],
  ["a key for something else", { "x-api-key": handoffApiKey, "x-token": chatToken }, 403, "USER_ACCESS_FORBIDDEN"],
  ["another account's key", { "x-api-key": other.chatApiKey, "x-token": chatToken }, 403, "USER_ACCESS_FORBIDDEN"],
  ["another agent's token", { "x-api-key": chatApiKey, "x-token": other.chatToken }, 403, "USER_ACCESS_FORBIDDEN"],
] as const)("chat with %s", async ([, headers, status, code]) => {
  await using platform = await callSimulator();
  const refused = await call(`${platform.base}/chat/create`, { method: "POST", headers });
  expect([refused.status, refused.body.error_code]).toEqual([status, code]);
});

test("a chat key does not open handoff states, nor a handoff key the lists", async () => {
  await using platform = await callSimulator();
  expect((await platform.state("id=x", { "x-api-key": chatApiKey })).status).toBe(403);
  expect((await platform.state("id=x", {})).status).toBe(401);
  const lists = `${platform.url}/v3/${account}/${project}/conversations`;
  expect((await call(lists, { headers: { "x-api-key": handoffApiKey } })).status).toBe(403);
  expect((await call(lists, { headers: { "x-api-key": demoAccount.allPurposeKey } })).status).toBe(200);
});

test("an unknown account and an unknown project are told apart", async () => {
  await using platform = await callSimulator();
  const headers = { "x-api-key": chatApiKey, "x-token": chatToken };
  const nowhere = await call(`${platform.url}/v1/ws-nobody/${project}/chat/create`, { method: "POST", headers });
  expect([nowhere.status, nowhere.body.error_code]).toEqual([404, "ACCOUNT_NOT_FOUND"]);
  const nothing = await call(`${platform.url}/v1/${account}/PROJECT-none/chat/create`, { method: "POST", headers });
  expect([nothing.status, nothing.body.error_code]).toEqual([404, "PROJECT_NOT_FOUND"]);
});

test("header names are accepted in any case", async () => {
  await using platform = await callSimulator();
  for (const headers of [
    { "X-API-KEY": chatApiKey, "X-TOKEN": chatToken },
    { "X-Api-Key": chatApiKey, "x-token": chatToken },
  ]) {
    expect((await call(`${platform.base}/chat/create`, { method: "POST", headers })).status).toBe(200);
  }
});

test("the token alone decides the environment and may decide the variant", async () => {
  const credentials = demoCredentials();
  credentials.tokens.push({ token: "sim-variant-token", account, project, environment: "pre-release", variantId: "VARIANT-9" });
  await using platform = await callSimulator({ credentials });
  for (const token of [demoAccount.sandboxToken, "sim-variant-token"]) {
    await call(`${platform.base}/chat/create`, { method: "POST", headers: { "x-api-key": chatApiKey, "x-token": token } });
  }
  expect(platform.control.conversations()).toMatchObject([
    { environment: "sandbox", variantId: null },
    { environment: "pre-release", variantId: "VARIANT-9" },
  ]);
});

test("U19 a key that worked is refused from its expiry on", async () => {
  const credentials = demoCredentials();
  credentials.keys.push({ key: "sim-short-key", account, project, permissions: ["chat"], expiresAt: 60_000 });
  await using platform = await callSimulator({ credentials, clock: createClock({ frozenAt: 0 }) });
  const create = () =>
    call(`${platform.base}/chat/create`, { method: "POST", headers: { "x-api-key": "sim-short-key", "x-token": chatToken } });
  expect((await create()).status).toBe(200);
  platform.control.advance(60_000);
  expect((await create()).status).toBe(401);
});

test("every answer has a correlation id: the caller's own, or a new one, repeated in errors", async () => {
  await using platform = await callSimulator();
  const own = await call(`${platform.base}/chat/create`, { method: "POST", headers: { "x-polyai-correlation-id": "baton-1" } });
  expect(own.headers.get("x-polyai-correlation-id")).toBe("baton-1");
  expect(own.body).toEqual({
    success: false,
    error: "Missing or unknown API key.",
    error_id: "baton-1",
    error_code: "AUTH_USER_UNAUTHORISED",
    error_message: "Missing or unknown API key.",
    data: null,
  });
  const minted = await platform.create();
  expect(minted.headers.get("x-polyai-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(minted.headers.get("content-type")).toBe("application/json");
});

test("unknown versions and paths are 404, the wrong method is 405, and all of it is the platform's JSON", async () => {
  await using platform = await callSimulator();
  const at = (path: string, method = "GET") =>
    call(`${platform.url}${path}`, { method, headers: { "x-api-key": demoAccount.allPurposeKey, "x-token": chatToken } });
  const agent = `${account}/${project}`;
  for (const path of [
    `/v2/${agent}/chat/create`,
    `/v9/${agent}/conversations`,
    `/v3/${agent}/handoff_state`,
    `/v1/${agent}/chat/end`,
    "/",
  ]) {
    const { status, body } = await at(path, "POST");
    expect([path, status, body.success]).toEqual([path, 404, false]);
  }
  for (const [path, method] of [
    ["chat/close", "POST"],
    ["chat/create", "GET"],
    ["chat/respond", "GET"],
    ["chat/close", "GET"],
    ["handoff_state", "POST"],
    ["conversations", "DELETE"],
  ] as const) {
    const { status, headers } = await at(`/v1/${agent}/${path}`, method);
    expect([path, status, headers.has("allow")]).toEqual([path, 405, true]);
  }
});
