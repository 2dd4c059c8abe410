import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { createVirtualClock } from "../journeys/virtual-clock.ts";
import { endOfCommit, startFaultProxy, type Poison } from "./fault-proxy.ts";

test("without a toxic every byte gets through both ways, and the end does too", async () => {
  const { client, ended, heard } = await through();
  client.end("hello");
  await ended;
  expect(heard()).toBe("hello");
});

test("latency: nothing comes before its time", async () => {
  const { client, clock, heard, turns } = await through({ type: "latency", ms: 1_000, direction: "up" });
  client.write("hello");
  await turns();
  await clock.pass(999, turns);
  expect(heard()).toBe("");
  await clock.pass(1, turns);
  expect(heard()).toBe("hello");
});

test("latency's jitter is the same for the same seed, and not for another", async () => {
  const [one, same, other] = [await jittered(7), await jittered(7), await jittered(8)];
  expect(one).toBe(same);
  expect(one).not.toBe(other);
  expect(Math.abs(one - 500)).toBeLessThanOrEqual(400);
});

test("down: who is connected is cut and nobody else gets in, until it is up again", async () => {
  const { client, proxy, closed } = await through();
  proxy.down();
  await closed;
  expect(client.destroyed).toBe(true);
  await expect(echoed(proxy.port)).rejects.toThrow();
  proxy.up();
  expect(await echoed(proxy.port)).toBe("x");
});

test("bandwidth: a thousand bytes at a hundred a second take ten seconds", async () => {
  const { client, clock, heard, turns } = await through({ type: "bandwidth", bytesPerSecond: 100, direction: "up" });
  client.write("x".repeat(1_000));
  await turns();
  await clock.pass(9_900, turns);
  expect(heard()).toBe("");
  await clock.pass(200, turns);
  expect(heard()).toHaveLength(1_000);
});

test("slow close: the words come at once, the end comes late", async () => {
  const { client, clock, heard, turns, hasEnded } = await through({ type: "slow_close", ms: 5_000, direction: "down" });
  client.end("bye");
  await turns();
  expect(heard()).toBe("bye");
  await clock.pass(4_999, turns);
  expect(hasEnded()).toBe(false);
  await clock.pass(1, turns);
  expect(hasEnded()).toBe(true);
});

test("timeout: nothing gets through, and in the end the connection closes", async () => {
  const { client, clock, heard, turns, closed } = await through({ type: "timeout", ms: 3_000, direction: "down" });
  client.write("hello");
  await turns();
  expect(heard()).toBe("");
  expect(client.destroyed).toBe(false);
  await clock.pass(3_000, turns);
  await closed;
  expect(heard()).toBe("");
});

test("timeout: what was held back gets through when the toxic is taken out", async () => {
  const { client, heard, turns, proxy } = await through();
  const takeOut = proxy.add({ type: "timeout", ms: 0 });
  client.write("hello");
  await turns();
  expect(heard()).toBe("");
  takeOut();
  await turns();
  expect(heard()).toBe("hello");
});

test("reset peer: the connection is reset, not closed", async () => {
  const { client, clock, turns, closed } = await through({ type: "reset_peer", ms: 100 });
  const failed = once(client, "error");
  await clock.pass(100, turns);
  expect((await failed)[0]).toMatchObject({ code: "ECONNRESET" });
  await closed;
});

test("slicer: one write arrives as many", async () => {
  const { client, pieces, heard, clock, turns } = await through({ type: "slicer", bytes: 10, gapMs: 1, direction: "down" });
  client.write("x".repeat(100));
  await turns();
  await clock.pass(1_000, turns);
  expect(heard()).toHaveLength(100);
  expect(pieces()).toBeGreaterThan(5);
});

test("limit data: exactly so many bytes, then the end", async () => {
  const { client, heard, closed } = await through({ type: "limit_data", bytes: 64, direction: "down" });
  client.write("x".repeat(100));
  await closed;
  expect(heard()).toHaveLength(64);
});

test("a toxic for one direction leaves the other alone, and one of probability 0 both", async () => {
  const { client, received, heard, turns } = await through({ type: "timeout", ms: 0, direction: "down" });
  client.write("hello");
  await turns();
  expect(received()).toBe("hello");
  expect(heard()).toBe("");
  const other = await through({ type: "timeout", ms: 0, probability: 0 });
  other.client.write("hello");
  await other.turns();
  expect(other.heard()).toBe("hello");
});

test("cut after n bytes: these and no more, though they came in one piece with others", async () => {
  const { client, received, proxy, closed } = await through();
  const cut = proxy.cutAfterBytes(10);
  client.write("0123");
  client.write("456789abcdef");
  await Promise.all([cut, closed]);
  await expect.poll(received).toBe("0123456789");
});

test.each([
  ["as one query", [query("COMMIT")]],
  ["in small pieces", [...query("commit;")].map((byte) => Buffer.from([byte]))],
  [
    "as a prepared statement",
    [Buffer.concat([message("P", "\0COMMIT\0\0\0"), message("B", "\0\0\0\0\0\0\0\0"), message("E", "\0\0\0\0\0"), message("S", "")])],
  ],
])("cut after COMMIT %s: the database has it whole, its answer never comes", async (_, pieces) => {
  const { client, received, heard, proxy, closed, turns } = await through();
  client.write(query("BEGIN"));
  client.write(query("INSERT INTO committee VALUES ('commit')"));
  await turns();
  const before = received().length;
  expect(heard()).toHaveLength(before);
  const cut = proxy.cutAfterCommit();
  for (const piece of pieces) client.write(piece);
  await Promise.all([cut, closed]);
  await expect.poll(() => received().length).toBe(before + Buffer.concat(pieces).length);
  expect(heard().length).toBeLessThan(before + Buffer.concat(pieces).length);
});

test("a statement that only speaks of committing is none, nor is half of one", () => {
  expect(endOfCommit(query("INSERT INTO notes VALUES ('COMMIT')"))).toBeNull();
  expect(endOfCommit(query("COMMIT").subarray(0, 8))).toBeNull();
  expect(endOfCommit(query("COMMIT"))).toBe(query("COMMIT").length);
});

test("closing leaves nobody connected", async () => {
  const { proxy, closed } = await through({ type: "timeout", ms: 0 });
  await proxy.close();
  await closed;
  expect(proxy.connections).toBe(0);
});

/** A client connected through a proxy to a server that says everything back. */
async function through(poison?: Poison, seed = 1) {
  let received = "";
  let heard = "";
  let pieces = 0;
  let hasEnded = false;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      socket.write(chunk);
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => {}); // cut by the proxy, as it should be
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const clock = createVirtualClock(new Date(0));
  const proxy = await startFaultProxy({ to: { host: "127.0.0.1", port: (server.address() as AddressInfo).port }, clock, seed });
  if (poison) proxy.add(poison);
  const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => {}); // what a test expects of it, it looks for itself
  client.on("data", (chunk) => {
    heard += chunk.toString("latin1");
    pieces++;
  });
  client.on("end", () => {
    hasEnded = true;
    client.end();
  });
  const closed = new Promise<void>((done) => client.once("close", () => done()));
  const ended = new Promise<void>((done) => client.once("end", done));
  await once(client, "connect");
  await turns();
  onTestFinished(async () => {
    client.destroy();
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    proxy,
    client,
    clock,
    closed,
    ended,
    turns,
    received: () => received,
    heard: () => heard,
    pieces: () => pieces,
    hasEnded: () => hasEnded,
  };
}

/** Bytes between processes' ends on one machine take turns of the event loop, not time. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise<void>((done) => setImmediate(done));
}

async function jittered(seed: number): Promise<number> {
  const { client, clock, heard } = await through({ type: "latency", ms: 500, jitterMs: 400, direction: "up" }, seed);
  client.write("x");
  await turns();
  let waited = 0;
  for (; heard() === ""; waited += 10) await clock.pass(10, turns);
  return waited;
}

async function echoed(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const answer = new Promise<string>((done, fail) => {
    socket
      .once("data", (chunk) => done(chunk.toString()))
      .once("error", fail)
      .once("close", () => fail(new Error("closed")));
  });
  socket.write("x");
  return answer.finally(() => socket.destroy());
}

function query(sql: string): Buffer {
  return message("Q", `${sql}\0`);
}
function message(kind: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, Buffer.from(body, "latin1")]);
}
