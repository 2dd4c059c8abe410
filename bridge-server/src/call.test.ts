import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { handMovedClock, settle } from "./work/test-time.ts";
import { CallError, createCall, type CallOptions, type CallRequest } from "./call.ts";

describe("an answer", () => {
  test("is JSON, with its status and headers", async () => {
    const { call, heard } = await start((_, answer) => json(answer, 201, { hello: "there" }));
    expect(await call({ method: "POST", body: { a: 1 } })).toMatchObject({ status: 201, body: { hello: "there" } });
    expect(heard()[0]).toMatchObject({ method: "POST", body: '{"a":1}', headers: { "content-type": "application/json" } });
  });

  test("that is empty is null", async () => {
    const { call } = await start((_, answer) => answer.writeHead(204).end());
    expect(await call({ method: "DELETE" })).toMatchObject({ status: 204, body: null });
  });

  test("keeps every letter, however it is cut into pieces", async () => {
    const text = "שלום 👩‍👩‍👧 مرحبا \u{1D11E} <script>";
    const { call } = await start((_, answer) => {
      answer.writeHead(200);
      for (const byte of Buffer.from(JSON.stringify({ text }))) answer.write(Buffer.of(byte));
      answer.end();
    });
    expect((await call({})).body).toEqual({ text });
  });

  test("under the wrong content type is still JSON", async () => {
    const { call } = await start((_, answer) => answer.writeHead(200, { "content-type": "text/plain" }).end('{"a":1}'));
    expect((await call({})).body).toEqual({ a: 1 });
  });

  test("a string is sent as it is, with the sender's own content type", async () => {
    const { call, heard } = await start((_, answer) => json(answer, 200, {}));
    await call({ method: "POST", body: "a=1", headers: { "Content-Type": "application/x-www-form-urlencoded" } });
    expect(heard()[0]).toMatchObject({ body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } });
  });

  test("bytes are sent as they are", async () => {
    const { call, heard } = await start((_, answer) => json(answer, 200, {}));
    await call({ method: "PUT", body: new TextEncoder().encode("größer"), headers: { "content-type": "text/plain" } });
    expect(heard()[0]).toMatchObject({ body: "größer", headers: { "content-type": "text/plain", "content-length": "8" } });
  });
});

describe("a failure says what may be done about it", () => {
  test.each([
    [429, {}, "too_fast", 5_000],
    [429, { "retry-after": "7" }, "too_fast", 7_000],
    [429, { "retry-after": "86400" }, "too_fast", 30_000],
    [429, { "retry-after": "99999999999999999999999999" }, "too_fast", 30_000],
    [429, { "retry-after": "-4" }, "too_fast", 5_000],
    [429, { "retry-after": "1.5" }, "too_fast", 5_000],
    [429, { "retry-after": "soon" }, "too_fast", 5_000],
    [429, { "retry-after": "Fri, 21 Aug 2026 10:00:08 GMT", date: "Fri, 21 Aug 2026 10:00:00 GMT" }, "too_fast", 8_000],
    [429, { "retry-after": "Fri, 21 Aug 2026 09:00:00 GMT", date: "Fri, 21 Aug 2026 10:00:00 GMT" }, "too_fast", 0],
    [429, { "retry-after": "Fri, 21 Aug 2099 10:00:00 GMT" }, "too_fast", 30_000],
    [503, { "retry-after": "2" }, "too_fast", 2_000],
    [503, { "retry-after": "never" }, "unreachable", null],
    [503, {}, "unreachable", null],
    [408, {}, "unclear", null],
    [500, {}, "unclear", null],
    [501, {}, "unclear", null],
    [502, {}, "unclear", null],
    [504, {}, "unclear", null],
    [404, {}, "gone", null],
    [410, {}, "gone", null],
    [400, {}, "refused", null],
    [401, {}, "refused", null],
    [403, {}, "refused", null],
    [409, {}, "refused", null],
    [413, {}, "refused", null],
    [422, {}, "refused", null],
    [304, {}, "refused", null],
  ])("%i %j is %s (F04, F05, F07)", async (status, headers, kind, retryAfterMs) => {
    const { call, heard } = await start((_, answer) => {
      answer.sendDate = !("retry-after" in headers);
      json(answer, status, { why: "no" }, headers);
    });
    const error = await failureOf(call({ method: "POST", body: {} }));
    expect(error).toMatchObject({ kind, answer: { status, retryAfterMs } });
    expect(heard()).toHaveLength(1);
  });

  test("a redirect is refused, not followed: credentials go nowhere else (T29, U17)", async () => {
    const elsewhere = await start((_, answer) => json(answer, 200, {}));
    for (const status of [301, 302, 303, 307, 308]) {
      const { call } = await start((_, answer) => answer.writeHead(status, { location: elsewhere.url }).end());
      expect(await failureOf(call({ headers: { "x-api-key": "canary-key" } }))).toMatchObject({ kind: "refused", answer: { status } });
    }
    expect(elsewhere.heard()).toEqual([]);
  });

  test("nobody listening: nothing arrived (F01)", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await new Promise((closed) => server.close(closed));
    expect(await failureOf(callTo(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: "unreachable", answer: null });
  });

  test("a name that does not exist: nothing arrived (F01)", async () => {
    expect(await failureOf(callTo("http://nowhere.invalid/"))).toMatchObject({ kind: "unreachable" });
  });

  test("no TLS on the other side: nothing arrived (F01)", async () => {
    const { url } = await start((_, answer) => json(answer, 200, {}));
    expect(await failureOf(callTo(url.replace("http:", "https:")))).toMatchObject({ kind: "unreachable" });
  });

  test("reset after the request: it may have arrived, and it is not sent again (F03)", async () => {
    const { call, heard } = await start((request) => request.socket.resetAndDestroy());
    expect(await failureOf(call({ method: "POST", body: {} }))).toMatchObject({ kind: "unclear", answer: null });
    expect(heard()).toHaveLength(1);
  });

  test("a kept connection that dies with the next request on it: not sent again (F03, D9)", async () => {
    let turn = 0;
    const { call, heard } = await start((request, answer) => (turn++ === 0 ? json(answer, 200, {}) : request.socket.destroy()));
    await call({ method: "POST", body: {} });
    expect(await failureOf(call({ method: "POST", body: {} }))).toMatchObject({ kind: "unclear" });
    expect(heard()).toHaveLength(2);
  });

  test.each([
    ["cut off", (answer: ServerResponse) => answer.writeHead(200, { "content-length": 100 }).write('{"a":', () => answer.destroy())],
    ["an unfinished document", (answer: ServerResponse) => answer.writeHead(200).end('{"a":')],
    ["a web page", (answer: ServerResponse) => answer.writeHead(200, { "content-type": "text/html" }).end("<html>ok</html>")],
    ["not HTTP", (answer: ServerResponse) => answer.socket?.end("hello\r\n\r\n")],
  ])("a 2xx that is %s: it may have been processed (F06)", async (_, respond) => {
    const { call, heard } = await start((_, answer) => void respond(answer));
    expect(await failureOf(call({ method: "POST", body: {} }))).toMatchObject({ kind: "unclear" });
    expect(heard()).toHaveLength(1);
  });

  test("more than we want to hold: cut, and it may have been processed (F06, T30)", async () => {
    const { call } = await start((_, answer) => json(answer, 200, { a: "x".repeat(2_000) }), { maxBytes: 1_000 });
    expect(await failureOf(call({}))).toMatchObject({ kind: "unclear", message: expect.stringContaining("too large") });
    // A file that is too large now will be the next time, too.
    expect(await failureOf(call({ bytes: 10 }))).toMatchObject({ kind: "refused", message: expect.stringContaining("too large") });
  });

  test("an error page of any size is judged by its status, and kept in excerpt", async () => {
    const { call } = await start((_, answer) => answer.writeHead(410).end("x".repeat(100_000)));
    expect(await failureOf(call({}))).toMatchObject({ kind: "gone", answer: { excerpt: "x".repeat(1024) } });
  });

  test("neither http nor anything else but https, unless private systems are allowed", async () => {
    const { url, heard } = await start((_, answer) => json(answer, 200, {}));
    for (const to of [url, "ftp://example.com/", "file:///etc/passwd"]) {
      expect(await failureOf(callTo(to, { allowPrivate: false }))).toMatchObject({ kind: "refused" });
    }
    expect(await failureOf(callTo("file:///etc/passwd"))).toMatchObject({ kind: "refused" });
    expect(heard()).toEqual([]);
  });
});

describe("the deadline holds for the whole call (F02)", () => {
  const { clock, pass } = handMovedClock();

  test("when nobody answers", async () => {
    const { call, heard } = await start(() => {}, { deadlineMs: 80, clock });
    const failure = failureOf(call({ method: "POST" }));
    await expect.poll(() => heard()).toHaveLength(1);
    pass(80);
    expect(await failure).toMatchObject({ kind: "unclear" });
  });

  test("when one byte comes after the other, for ever", async () => {
    const drip = (answer: ServerResponse) => {
      const dripping = setInterval(() => answer.write(" "), 5);
      answer.on("close", () => clearInterval(dripping));
    };
    const { call, heard, answers } = await start((_, answer) => drip(answer.writeHead(200)), { clock });
    const failure = failureOf(call({ method: "POST", deadlineMs: 80 }));
    await expect.poll(() => heard()).toHaveLength(1);
    pass(80);
    expect(await failure).toMatchObject({ kind: "unclear" });
    await expect.poll(() => answers()[0]?.destroyed).toBe(true); // and the line is cut
  });

  test("when it was still waiting for a free connection: nothing arrived, nor does it later", async () => {
    const one = { connections: 1, clock };
    const { call, heard, answers } = await start((request, answer) => request.method === "GET" && json(answer, 200, {}), one);
    const first = call({ method: "POST" });
    await expect.poll(() => heard()).toHaveLength(1);
    const second = failureOf(call({ method: "PUT", deadlineMs: 50 }));
    await settle();
    pass(50);
    expect(await second).toMatchObject({ kind: "unreachable" });
    json(answers()[0]!, 200, {});
    await first;
    await call({ method: "GET" }); // in line behind what was given up
    expect(heard().map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  test("and a caller may give up earlier", async () => {
    const { call, heard } = await start(() => {});
    const leaving = new AbortController();
    const waiting = failureOf(call({ method: "POST", signal: leaving.signal }));
    await expect.poll(() => heard()).toHaveLength(1);
    leaving.abort();
    expect(await waiting).toMatchObject({ kind: "unclear" });
    expect(await failureOf(call({ method: "POST", signal: leaving.signal }))).toMatchObject({ kind: "unreachable" });
    expect(heard()).toHaveLength(1);
  });
});

test("no key, body or query is in an error, even when the other side quotes it (T29)", async () => {
  const headers = { "X-API-KEY": "canary-api-key", authorization: "Bearer canary-bearer", "X-Correlation-Id": "baton-123456" };
  const ways: RequestListener[] = [
    (request, answer) => json(answer, 401, { got: request.headers }, { "x-you-sent": String(request.headers["x-api-key"]) }),
    (_, answer) => answer.writeHead(200).end("canary-api-key is not JSON"),
    (request) => request.socket.destroy(),
  ];
  for (const way of ways) {
    const { call } = await start(way);
    const error = await failureOf(call({ method: "POST", headers, body: { text: "canary-body" }, path: "/a/b?shared_id=canary-query" }));
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/canary/);
    expect(error.message).toMatch(/^POST 127\.0\.0\.1:\d+\/a\/b/);
  }
  const broken = { "x-api-key": "canary\r\nx: y" };
  const { call } = await start((_, answer) => json(answer, 200, {}));
  expect(inspect(await failureOf(call({ headers: broken })), { depth: 10, showHidden: true })).not.toMatch(/canary/);
});

test("connections to a former origin are let go, not a call that is under way there", async () => {
  const first = await start(() => {});
  const second = await start((_, answer) => json(answer, 200, {}));
  const call = createCall({ allowPrivate: true, origins: 1 });
  onTestFinished(() => call.close());
  const waiting = call({ to: new URL(first.url), method: "GET" });
  await expect.poll(() => first.heard()).toHaveLength(1);
  await call({ to: new URL(second.url), method: "GET" });
  json(first.answers()[0]!, 200, { still: "here" });
  expect((await waiting).body).toEqual({ still: "here" });
  await expect.poll(() => first.connected()).toBe(0);
});

test("closing cuts what is under way, and nothing is sent afterwards", async () => {
  const { call, close, heard } = await start(() => {});
  const waiting = failureOf(call({ method: "POST" }));
  await expect.poll(() => heard()).toHaveLength(1);
  await close();
  expect(await waiting).toMatchObject({ kind: "unclear" });
  expect(await failureOf(call({ method: "POST" }))).toMatchObject({ kind: "unreachable" });
  expect(heard()).toHaveLength(1);
});

async function failureOf(called: Promise<unknown>): Promise<CallError> {
  const outcome = await called.catch((error: unknown) => error);
  if (outcome instanceof CallError) return outcome;
  throw new Error("expected a CallError", { cause: outcome });
}

function callTo(to: string, options: CallOptions = {}) {
  const call = createCall({ allowPrivate: true, ...options });
  onTestFinished(() => call.close());
  return call({ to: new URL(to), method: "POST", body: {} });
}

function json(answer: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  answer.writeHead(status, { "content-type": "application/json", ...headers }).end(status === 304 ? "" : JSON.stringify(body));
}

/** A server that answers as told and remembers what it was asked. */
async function start(respond: (request: IncomingMessage, answer: ServerResponse) => unknown, options: CallOptions = {}) {
  const heard: { method: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const answers: ServerResponse[] = [];
  const server = createHttpServer((request, answer) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      heard.push({ method: request.method ?? "", headers: request.headers, body });
      answers.push(answer);
      respond(request, answer);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
  const call = createCall({ allowPrivate: true, ...options });
  onTestFinished(async () => {
    await call.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    call: ({ path = "/", ...request }: Partial<CallRequest> & { path?: string }) =>
      call({ to: new URL(path, url), method: "GET", ...request }),
    close: call.close,
    heard: () => heard,
    answers: () => answers,
    connected: () => new Promise<number>((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n)))),
  };
}
