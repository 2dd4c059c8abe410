import { expect, test } from "vitest";
import { call, callSimulator } from "./caller.ts";
import { demoAccount } from "./demo-account.ts";

const controlKey = "sim-control-key";

async function controlled() {
  const platform = await callSimulator({ controlKey });
  const control = (path: string, method = "GET", body?: unknown) =>
    call(`${platform.url}/control/${path}`, {
      method,
      headers: { "x-control-key": controlKey, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { platform, control };
}

test("without a control key there is no control over HTTP, and with one only its holder has it", async () => {
  await using closed = await callSimulator();
  expect((await call(`${closed.url}/control/requests`, { headers: { "x-control-key": "" } })).status).toBe(404);
  await using open = await callSimulator({ controlKey });
  for (const headers of [{}, { "x-control-key": "guess" }, { "x-control-key": "sim-control-kez" }]) {
    expect((await call(`${open.url}/control/requests`, { headers })).status).toBe(401);
  }
});

test("every request is kept, without its credentials", async () => {
  const { platform, control } = await controlled();
  await using _ = platform;
  const id = await platform.open();
  await platform.say(id, "hello");
  await platform.state(`id=${id}`);
  const { body, text } = await control("requests");
  expect(body).toMatchObject([
    { route: "create", method: "POST", conversationId: id, status: 200, body: {} },
    { route: "respond", headers: { "x-api-key": "***", "x-token": "***" }, body: { conversation_id: id, message: "hello" }, status: 200 },
    { route: "handoff_state", method: "GET", query: { id }, status: 404 },
  ]);
  const secrets = platform.control.secrets();
  expect(secrets).toContain(demoAccount.chatToken);
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test("a body that is not JSON is kept as it came, and so is a request with the wrong method", async () => {
  await using platform = await callSimulator();
  await call(`${platform.base}/chat/respond`, { method: "POST", body: "{oops" });
  await call(`${platform.base}/handoff_state`, { method: "POST" });
  expect(platform.control.requests()).toMatchObject([
    { body: "{oops", status: 401 },
    { method: "POST", route: "handoff_state", status: 405 },
  ]);
});

test("turns after a handoff are counted, even when they are refused or never answered", async () => {
  await using platform = await callSimulator();
  const { id } = await platform.converse("handoff but stay open");
  const { id: over } = await platform.converse("direct handoff");
  expect(platform.control.respondsAfterHandoff()).toBe(0);
  await platform.say(id, "still there?");
  await platform.say(over, "still there?");
  platform.control.addFault({ kind: "status", status: 503 });
  await platform.say(over, "still there?");
  expect(platform.control.respondsAfterHandoff()).toBe(3);
  expect(platform.control.counts()).toEqual({ creates: 2, responds: 5, respondsAfterHandoff: 3, closes: 0, handoffStates: 0, lists: 0 });
  expect(platform.control.createCount()).toBe(2);
});

test("conversations, counts, faults, options, rules and time over HTTP", async () => {
  const { platform, control } = await controlled();
  await using _ = platform;

  await control("rules", "POST", {
    rules: [
      { match: "/^knock+$/i", say: "Who is there?", state: { joke: 1 } },
      { match: "ping", say: "pong" },
    ],
  });
  const { id, last } = await platform.converse("PING", "KNOCKK");
  expect(last.response).toBe("Who is there?");
  expect((await control("conversations")).body).toMatchObject([{ id, state: { joke: 1 }, turns: [{}, { answered: "pong" }, {}] }]);
  expect((await control("counts")).body).toMatchObject({ creates: 1, responds: 2 });

  expect((await control("faults", "POST", { kind: "status", status: 500, route: "close" })).body).toMatchObject([
    { kind: "status", route: "close" },
  ]);
  expect((await control("faults", "POST", [{ kind: "reset" }, { kind: "empty_body" }])).body).toHaveLength(3);
  await control("faults", "DELETE");
  expect((await control("faults")).body).toEqual([]);

  await control("options", "POST", { change: { idleLimitMs: 1000 }, at: { account: "ws-acme", project: "PROJECT-shop" } });
  await control("advance", "POST", { ms: 1001 });
  expect((await platform.say(id, "hello")).body.error_code).toBe("CHAT_TIMEOUT");
});

test("control requests that make no sense are refused with a reason", async () => {
  const { platform, control } = await controlled();
  await using _ = platform;
  for (const [path, body] of [
    ["faults", { kind: "gremlins" }],
    ["options", { change: { idleLimit: 1 } }],
    ["advance", { ms: "soon" }],
    ["rules", { rules: [{ match: "x" }] }],
    ["offline", undefined],
  ] as const) {
    expect([path, (await control(path, "POST", body)).status]).toEqual([path, 400]);
  }
});

test("an option can be changed for one agent and leaves the others alone", async () => {
  await using platform = await callSimulator();
  platform.control.setOptions({ createStatus: 201 }, demoAccount.other);
  expect((await platform.create()).status).toBe(200);
  platform.control.addRules([{ match: "ping", say: "pong" }], demoAccount.other);
  expect((await platform.converse("ping")).last.response).not.toBe("pong");
});

test("offline over HTTP: the request itself is answered, then nobody listens until the time is over", async () => {
  const { platform, control } = await controlled();
  await using _ = platform;
  expect((await control("offline", "POST", { forMs: 60_000 })).status).toBe(204);
  const isUp = () =>
    platform.create().then(
      () => true,
      () => false,
    );
  await expect.poll(isUp).toBe(false);
  platform.control.advance(60_000);
  await expect.poll(isUp).toBe(true);
});

test("reset leaves a simulator as it was created", async () => {
  const { platform, control } = await controlled();
  await using _ = platform;
  const { id } = await platform.converse("hello");
  platform.control.setOptions({ createStatus: 201 });
  platform.control.addRules([{ match: "hello", say: "changed" }]);
  platform.control.addFault({ kind: "reset" });
  expect((await control("reset", "POST")).status).toBe(204);
  expect(platform.control.requests()).toEqual([]);
  expect(platform.control.conversations()).toEqual([]);
  expect((await platform.say(id, "hello")).status).toBe(410);
  expect((await platform.create()).status).toBe(200);
  expect((await platform.converse("hello")).last.response).toContain("Hello");
});

test("simulators side by side know nothing of each other", async () => {
  await using one = await callSimulator({ seed: 7 });
  await using two = await callSimulator({ seed: 7 });
  one.control.addFault({ kind: "status", status: 500 });
  one.control.setOptions({ createStatus: 201 });
  expect((await two.create()).status).toBe(200);
  expect(one.control.requests()).toEqual([]);
});

test("the same seed gives the same conversation ids, no seed gives others", async () => {
  const idWith = async (settings: { seed?: number }) => {
    await using platform = await callSimulator(settings);
    return await platform.open();
  };
  expect(await idWith({ seed: 7 })).toBe(await idWith({ seed: 7 }));
  expect(await idWith({})).not.toBe(await idWith({}));
});
