import { connect } from "node:net";
import { expect, test } from "vitest";
import { callSimulator } from "./caller.ts";
import { createSimulator } from "./simulator.ts";

/** The code with which the connection failed. */
async function failure(request: Promise<unknown>): Promise<string> {
  return await request.then(
    () => "answered",
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
  );
}

/** A reset, not an orderly goodbye. */
const cut = "ECONNRESET";

test.for([400, 401, 403, 404, 408, 409, 410, 429, 500, 502, 503, 504])("status %i, once, and the turn is not taken", async (status) => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "status", route: "respond", status, times: 1 });
  const struck = await platform.say(id, "echo one");
  expect(struck.status).toBe(status);
  expect(struck.body).toMatchObject({ success: false, error_id: struck.headers.get("x-polyai-correlation-id"), data: null });
  expect(platform.control.conversations()[0]?.turns).toHaveLength(1);
  expect((await platform.say(id, "echo two")).body.response).toBe("two");
});

test("a status may carry the code of a documented error, and come after the turn was taken", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "status", status: 400, code: "CHAT_TIMEOUT", message: "Too late.", processed: true });
  expect((await platform.say(id, "echo one")).body).toMatchObject({ error_code: "CHAT_TIMEOUT", error_message: "Too late." });
  expect(platform.control.conversations()[0]?.turns).toHaveLength(2);
});

test("429 says when to come back in seconds, as a date, in nonsense, or not at all", async () => {
  await using platform = await callSimulator();
  const asked = [{ seconds: 7 }, { dateInMs: 60_000 }, { text: "soon" }, undefined];
  for (const retryAfter of asked) platform.control.addFault({ kind: "status", status: 429, times: 1, ...(retryAfter && { retryAfter }) });
  const got: (string | null)[] = [];
  for (const _ of asked) got.push((await platform.create()).headers.get("retry-after"));
  expect(got).toEqual(["7", expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} .* GMT$/), "soon", null]);
  expect(Date.parse(got[1] ?? "") - Date.now()).toBeGreaterThan(50_000);
});

test("latency delays the answer by the simulator's time", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "latency", ms: 3_600_000, times: 1 });
  let isAnswered = false;
  const created = platform.create().finally(() => (isAnswered = true));
  await expect.poll(() => platform.control.createCount()).toBe(1);
  platform.control.advance(3_599_000);
  await platform.list();
  expect(isAnswered).toBe(false);
  platform.control.advance(1000);
  expect((await created).status).toBe(200);
});

test("a reset connection leaves nothing done", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "reset", times: 1 });
  expect(await failure(platform.say(id, "hello"))).toBe(cut);
  expect(platform.control.conversations()[0]?.turns).toHaveLength(1);
  expect(platform.control.requests().at(-1)).toMatchObject({ status: null, faults: ["reset"] });
});

test("D9 a lost answer leaves the turn taken", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "answer_lost", route: "respond", times: 1 });
  expect(await failure(platform.say(id, "echo one"))).toBe(cut);
  expect(platform.control.conversations()[0]?.turns.at(-1)).toMatchObject({ said: "echo one", answered: "one" });
});

test("a connection reset in the middle of the body has sent its head and a part, and the turn is taken", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "reset_mid_body", route: "respond", times: 1 });
  const response = await fetch(`${platform.base}/chat/respond`, {
    method: "POST",
    headers: { "x-api-key": "sim-chat-key", "x-token": "sim-chat-token", "content-type": "application/json" },
    body: JSON.stringify({ conversation_id: id, message: `echo ${"long ".repeat(2000)}` }),
  });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow("terminated");
  expect(platform.control.conversations()[0]?.turns).toHaveLength(2);
});

test("a request that is never answered stays open until its caller gives up", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "never_answers", times: 1 });
  const abort = new AbortController();
  const waiting = failure(fetch(`${platform.base}/chat/create`, { method: "POST", signal: abort.signal }));
  await expect.poll(() => platform.control.requests().length).toBe(1);
  expect((await platform.create()).status).toBe(200);
  abort.abort();
  expect(await waiting).toContain("aborted");
});

test("stopping lets go of whoever is being kept waiting", async () => {
  const platform = await callSimulator();
  platform.control.addFault({ kind: "never_answers" });
  const waiting = failure(platform.create());
  await expect.poll(() => platform.control.requests().length).toBe(1);
  await platform[Symbol.asyncDispose]();
  expect(await waiting).not.toBe("answered");
});

test("stopping does not wait for an answer that is under way", async () => {
  const platform = await callSimulator();
  platform.control.addFault({ kind: "slow_body" });
  const begun = await fetch(`${platform.base}/chat/create`, { method: "POST" });
  await platform[Symbol.asyncDispose]();
  await expect(begun.text()).rejects.toThrow("terminated");
});

test("refused connections: nobody listens for a while, then the same port answers again", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "refuse_connections", route: "create", times: 1, forMs: 60_000 });
  expect(await failure(platform.create())).toBe(cut);
  await expect.poll(() => failure(platform.create())).toBe("ECONNREFUSED");
  platform.control.advance(60_000);
  await expect.poll(() => failure(platform.create())).toBe("answered");
});

test("the port can be let go of by hand and taken up again, all conversations kept", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  await platform.control.refuseConnections();
  expect(await failure(platform.say(id, "hello"))).toBe("ECONNREFUSED");
  await platform.control.acceptConnections();
  expect((await platform.say(id, "hello")).status).toBe(200);
});

test("a repeated delivery takes the turn twice", async () => {
  await using platform = await callSimulator();
  const id = await platform.open();
  platform.control.addFault({ kind: "duplicate_delivery", route: "respond", times: 1 });
  expect((await platform.say(id, "echo one")).body.response).toBe("one");
  expect(platform.control.conversations()[0]?.turns.map(({ said }) => said)).toEqual([null, "echo one", "echo one"]);
});

test("truncated JSON, HTML, nothing, and a wrong content type", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "truncated_json", times: 1 });
  expect((await platform.create()).text).toMatch(/^\{"conversation_id":"[^}]*$/);
  platform.control.addFault({ kind: "html_body", times: 1 });
  const html = await platform.create();
  expect([html.status, html.headers.get("content-type")]).toEqual([502, "text/html"]);
  expect(html.text).toContain("<html>");
  platform.control.addFault({ kind: "html_body", status: 200, times: 1 });
  expect((await platform.create()).status).toBe(200);
  platform.control.addFault({ kind: "empty_body", times: 1 });
  const empty = await platform.create();
  expect([empty.status, empty.text]).toEqual([200, ""]);
  platform.control.addFault({ kind: "wrong_content_type", times: 1 });
  const mislabelled = await platform.create();
  expect(mislabelled.headers.get("content-type")).toContain("text/plain");
  expect(mislabelled.body.conversation_id).toBeDefined();
});

test("U16 success: false with status 200", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "success_false", times: 1 });
  expect(await platform.create()).toMatchObject({ status: 200, body: { success: false, error_code: "INTERNAL_ERROR" } });
});

test.for([301, 302, 303, 307, 308] as const)("U17 redirect %i", async (status) => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "redirect", status, location: "http://127.0.0.1:1/elsewhere", times: 1 });
  const { headers, status: got } = await platform.create();
  expect([got, headers.get("location")]).toEqual([status, "http://127.0.0.1:1/elsewhere"]);
});

test("a body may arrive one byte a second", async () => {
  await using platform = await callSimulator();
  platform.control.addFault({ kind: "slow_body", times: 1 });
  const { hostname, port } = new URL(platform.url);
  const socket = connect(Number(port), hostname);
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString()));
  const path = new URL(platform.base).pathname;
  socket.write(
    `POST ${path}/chat/create HTTP/1.1\r\nhost: x\r\nx-api-key: sim-chat-key\r\nx-token: sim-chat-token\r\nconnection: close\r\n\r\n`,
  );
  // Chunks of one byte each: "1", the byte. Time is moved a second at a time, and a second brings no more than one.
  const bytes = () => [...received.matchAll(/\r\n1\r\n(.)/gs)].map(([, byte]) => byte).join("");
  await expect.poll(() => received).toContain("\r\n\r\n");
  for (const sofar of ["{", '{"', '{"c']) {
    platform.control.advance(1000);
    await expect.poll(bytes).toBe(sofar);
  }
  await expect.poll(() => (platform.control.advance(1000), received), { interval: 1 }).toContain("\r\n0\r\n\r\n");
  expect(JSON.parse(bytes())).toHaveProperty("conversation_id");
  socket.destroy();
});

test("without a socket, faults of the wire say so instead of pretending", async () => {
  const { app, control } = createSimulator();
  const headers = { "x-api-key": "sim-chat-key", "x-token": "sim-chat-token" };
  for (const kind of ["reset", "reset_mid_body", "answer_lost", "never_answers"] as const) {
    control.addFault({ kind, times: 1 });
    expect((await app.request("/v1/ws-acme/PROJECT-shop/chat/create", { method: "POST", headers })).status).toBe(501);
  }
  expect((await app.request("/v1/ws-acme/PROJECT-shop/chat/create", { method: "POST", headers })).status).toBe(200);
});
