import { connect } from "node:net";
import type { ServerMessage } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { startRig, type Rig } from "./rig.ts";
import type { Visitor } from "./visitor.ts";

// I-16, F33, F38: what is heard, from any number, on a stream or without one.

const seqs = (messages: ServerMessage[]) => messages.flatMap((message) => (message.type === "entry" ? [message.entry.seq] : []));
const poll = (visitor: Visitor, after: number) => visitor.get<{ messages: ServerMessage[] }>(`entries?after=${after}`);

test("I-16 from every number the rest comes, in order and without a gap, as JSON and as a stream", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  const last = visitor.entries.length;
  for (let after = 0; after < last; after++) {
    const rest = visitor.entries.slice(after).map(({ seq }) => seq);
    const { body } = await poll(visitor, after);
    expect(body.messages[0]).toMatchObject({ type: "hello", version: 1, phase: "live", lastSeq: last });
    expect(seqs(body.messages)).toEqual(rest);
    expect(await streamed(rig, visitor, after, rest.length)).toEqual(rest);
  }
});

test("I-16 a follower that is further than the bridge is told how far the bridge is, and gets everything again", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "hello");
  const { body } = await poll(visitor, 1_000);
  expect(body.messages[0]).toMatchObject({ type: "hello", lastSeq: 3 });
  expect(seqs(body.messages)).toEqual([1, 2, 3]);
  expect(await streamed(rig, visitor, 1_000, 3)).toEqual([1, 2, 3]);
});

test.for(["-1", "1.5", "abc", "9007199254740993", "1e400", "0x"])("a cursor such as %s is refused", async (after) => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  expect(await visitor.get(`entries?after=${after}`)).toMatchObject({ status: 400, body: { code: "invalid" } });
});

test("F33 without a stream, an answer is held until there is something, and twenty-five seconds at most", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor({ follows: false });
  const waiting = poll(visitor, 1);
  await rig.settle();
  await visitor.say("how are you?");
  expect(seqs((await waiting).body.messages)).toEqual([2]);
  await rig.settle();
  let isOver = false;
  const silent = poll(visitor, 3).finally(() => (isOver = true));
  await rig.pass(24_000);
  expect(isOver).toBe(false);
  await rig.pass(1_000);
  expect(seqs((await silent).body.messages)).toEqual([]);
});

test("F33 a silent stream has a heartbeat at least every fifteen seconds", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.pass(46_000);
  await visitor.until(() => visitor.received.filter((bytes) => bytes === ": \n\n").length >= 3, "three heartbeats");
});

test("F29 eight streams for one conversation, and not one more until one is gone", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  const tabs = await Promise.all(Array.from({ length: 7 }, () => open(rig, visitor)));
  const refused = await visitor.get("entries?after=0", "text/event-stream");
  expect(refused).toMatchObject({ status: 429, body: { code: "too_fast" } });
  tabs[0]!.abort();
  await rig.settle();
  const again = await open(rig, visitor);
  for (const tab of [...tabs, again]) tab.abort();
});

test("F29 whoever has gone before being let in is not counted as listening", async () => {
  let held: Promise<void> | null = null;
  await using rig = await startRig({
    between: (store) => ({ ...store, resume: async (...asked) => (await held, store.resume(...asked)) }),
  });
  const visitor = await rig.visitor({ follows: false });
  const { promise, resolve: release } = Promise.withResolvers<void>();
  held = promise;
  const { hostname, port } = new URL(rig.url);
  const gone = Array.from({ length: 8 }, () => {
    const socket = connect(Number(port), hostname);
    return socket.on("connect", () => socket.write(asksForStream(visitor)));
  });
  await rig.settle();
  for (const socket of gone) socket.destroy();
  await rig.settle();
  held = null;
  release();
  await rig.settle();
  (await open(rig, visitor)).abort();
});

test("I-3 every tab hears the same, from whichever of them it was said", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.says(visitor, "hello", "how are you?");
  await visitor.until(() => visitor.entries.length === 5, "five entries");
  expect(await streamed(rig, visitor, 0, 5)).toEqual([1, 2, 3, 4, 5]);
});

test("F38 a reader that has stopped reading is let go, and finds everything when it comes back", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  visitor.unfollow();
  const { hostname, port } = new URL(rig.url);
  const stuck = connect(Number(port), hostname);
  let isOver = false;
  stuck.on("close", () => (isOver = true)).on("error", () => (isOver = true));
  stuck.write(asksForStream(visitor));
  stuck.once("data", () => stuck.pause());
  await rig.settle();
  const page = "x".repeat(49_000);
  for (let n = 0; n < 200; n++) await rig.desk.says("Kim", page);
  await rig.pass(45_000); // thirty from when it was found stuck
  stuck.resume(); // what was already on its way is read; then the connection turns out to be cut
  await visitor.until(() => isOver, "the stuck reader to be cut");
  await visitor.follow();
  await visitor.until(() => visitor.said().filter((line) => line.endsWith(page)).length === 200, "every page");
});

test("F21 a bridge that goes away says when to come back", async () => {
  await using rig = await startRig();
  const visitor = await rig.visitor();
  await rig.restart();
  await visitor.until(() => visitor.messages.some((message) => message.type === "bye" && message.retryMs > 0), "bye");
  await visitor.follow();
  await rig.says(visitor, "how are you?");
  await visitor.hears("Very well");
});

test("a transcript is what was said, as text to keep", async () => {
  await using rig = await startRig();
  const visitor = await rig.live();
  await rig.desk.says("Kim", "Hello, I am Kim.");
  await rig.settle();
  const { body, headers } = await visitor.get<string>("transcript");
  expect(headers.get("content-disposition")).toContain("attachment");
  expect(headers.get("content-type")).toContain("text/plain");
  expect(body).toContain("Kim:\nHello, I am Kim.");
  expect(String(body).match(/ UTC {2}/g)).toHaveLength(6);
});

function asksForStream({ conversation, token }: Visitor): string {
  const lines = [`GET /v1/conversations/${conversation}/entries?after=0 HTTP/1.1`, "host: bridge", "accept: text/event-stream"];
  return [...lines, `authorization: Bearer ${token}`, "", ""].join("\r\n");
}

async function open(rig: Rig, visitor: Visitor): Promise<AbortController> {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${visitor.token}`, accept: "text/event-stream" };
  const response = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/entries?after=0`, { headers, signal: stop.signal });
  expect(response.status).toBe(200);
  void response.text().catch(() => {}); // it ends when it is aborted
  return stop;
}

async function streamed(rig: Rig, visitor: Visitor, after: number, count: number): Promise<number[]> {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${visitor.token}`, accept: "text/event-stream" };
  const response = await fetch(`${rig.url}/v1/conversations/${visitor.conversation}/entries?after=${after}`, {
    headers,
    signal: stop.signal,
  });
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body!) {
    text += decoder.decode(bytes, { stream: true });
    if ((text.match(/^id: /gm) ?? []).length >= count) break;
  }
  stop.abort();
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
}
