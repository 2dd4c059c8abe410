import type { ServerMessage } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { createConnection } from "./connection.ts";
import { createTestClock, createTestNetwork, createTestStream, hello, problem, reply, said, settle } from "./rehearsal.ts";

const session = { conversation: "c1", token: "secret" };

/** Follows a bridge that answers the nth request for entries with the nth of these; the last answers all the rest. */
function follow(...answers: Parameters<typeof createTestNetwork>[0][string][]) {
  const clock = createTestClock();
  let round = 0;
  const network = createTestNetwork({
    entries: (request, signal) => (answers[Math.min(round++, answers.length - 1)] ?? never)(request, signal),
  });
  const heard: ServerMessage[] = [];
  const seen = { after: 0, again: 0, over: null as string | null, reachable: [] as boolean[] };
  const stop = createConnection("https://bridge.example", network.fetch, clock).follow(session, {
    after: () => seen.after,
    hear(message) {
      heard.push(message);
      if (message.type === "entry") seen.after = message.entry.seq;
    },
    startAgain() {
      seen.again += 1;
      seen.after = 0;
    },
    reachable: (is) => seen.reachable.push(is),
    over: (code) => (seen.over = code),
  });
  const texts = (): string[] => heard.flatMap((m) => (m.type === "entry" && m.entry.body.type === "said" ? [m.entry.body.text] : []));
  return { clock, network, heard, seen, stop, texts, asked: () => network.to("entries") };
}

/** As a network that swallows everything: silent until the asker gives up. */
const never = (_: unknown, signal: AbortSignal | null | undefined): Promise<Response> =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new DOMException("hung up", "AbortError"))));

test("T13 the token travels in a header, never in an address", async () => {
  const stream = createTestStream();
  const { asked, stop } = follow(stream.open);
  await settle();
  expect(asked()[0]).toMatchObject({ path: "/v1/conversations/c1/entries?after=0", headers: { authorization: "Bearer secret" } });
  stop();
});

test("I-16 after a cut it resumes behind the last entry it heard, and nothing is heard twice", async () => {
  const [first, second] = [createTestStream(), createTestStream()];
  const { clock, asked, texts, stop } = follow(first.open, second.open);
  await settle();
  first.send(hello(2), said(1, "assistant", "one"), said(2, "assistant", "two"));
  await settle();
  first.end();
  await clock.pass(1_500);
  expect(asked().map(({ path }) => path.split("=")[1])).toEqual(["0", "2"]);
  second.send(hello(3), said(2, "assistant", "two"), said(3, "assistant", "three"));
  await settle();
  expect(texts()).toEqual(["one", "two", "three"]);
  stop();
});

test("F32 whoever is cut off without a word comes back in a moment of its own: a bridge that dies cuts off everybody at once", async () => {
  const [first, second] = [createTestStream(), createTestStream()];
  const { clock, asked, stop } = follow(first.open, second.open);
  await settle();
  first.send(hello(0));
  await clock.pass(10_000);
  first.end();
  await clock.pass(700);
  expect(asked().length).toBe(1);
  await clock.pass(100);
  expect(asked().length).toBe(2);
  stop();
});

test("events arrive whole however the network slices them", async () => {
  const stream = createTestStream();
  const { texts, stop } = follow(stream.open);
  await settle();
  const bytes = [hello(1), said(1, "assistant", "größer")].map((message) => `id: 1\r\ndata: ${JSON.stringify(message)}\r\n\r\n`).join("");
  for (const char of bytes) stream.write(char);
  await settle();
  expect(texts()).toEqual(["größer"]);
  stop();
});

test("I-16 an entry that leaves a gap is asked for again rather than shown", async () => {
  const [first, second] = [createTestStream(), createTestStream()];
  const { clock, asked, texts, stop } = follow(first.open, second.open);
  await settle();
  first.send(hello(3), said(1, "assistant", "one"), said(3, "assistant", "three"));
  await clock.pass(1_500);
  second.send(hello(3), said(2, "assistant", "two"), said(3, "assistant", "three"));
  await settle();
  expect(asked().at(-1)?.path).toContain("after=1");
  expect(texts()).toEqual(["one", "two", "three"]);
  stop();
});

test("I-16 a bridge that knows less than was heard makes it start again at 0", async () => {
  const [first, second] = [createTestStream(), createTestStream()];
  const { clock, seen, asked, stop } = follow(first.open, second.open);
  seen.after = 7;
  await settle();
  first.send(hello(2));
  await clock.pass(100);
  expect(seen.again).toBe(1);
  expect(asked().at(-1)?.path).toContain("after=0");
  stop();
});

test("F32 the pauses grow to half a minute, and the network's return ends them", async () => {
  const { clock, asked, seen, stop } = follow(() => Promise.reject(new TypeError("offline")));
  await clock.pass(60_000);
  const attempts = asked().length;
  expect(attempts).toBeLessThan(9);
  expect(seen.reachable.at(-1)).toBe(false);
  await clock.pass(100_000);
  expect(asked().length - attempts).toBeLessThan(6);
  const before = asked().length;
  clock.wake();
  await clock.pass(1_000);
  expect(asked().length).toBe(before + 1);
  stop();
});

test("F32 after sleep a connection that missed its heartbeats is tried anew at once", async () => {
  const [first, second] = [createTestStream(), createTestStream()];
  const { clock, asked, stop } = follow(first.open, second.open);
  await settle();
  first.send(hello(0));
  await clock.pass(25_000);
  clock.wake();
  await clock.pass(3_000);
  expect(asked().length).toBe(2);
  stop();
});

test("40 s without a byte mean that the connection is dead; a heartbeat keeps it", async () => {
  const [first, second] = [createTestStream(), createTestStream()];
  const { clock, asked, stop } = follow(first.open, second.open);
  await settle();
  first.send(hello(0));
  for (let beat = 0; beat < 4; beat += 1) {
    await clock.pass(30_000);
    first.write(":\n\n");
  }
  await clock.pass(39_000);
  expect(asked().length).toBe(1);
  await clock.pass(3_000);
  expect(asked().length).toBe(2);
  expect(asked()[1]?.headers.accept).toBe("text/event-stream");
  stop();
});

test("F33 where a proxy holds the stream back it waits for JSON instead", async () => {
  const held = createTestStream();
  const { clock, asked, texts, seen, stop } = follow(held.open, () => reply({ messages: [hello(1), said(1, "assistant", "one")] }), never);
  await clock.pass(12_000);
  expect(asked()[1]?.headers.accept).toBe("application/json");
  expect(texts()).toEqual(["one"]);
  expect(seen.reachable.at(-1)).toBe(true);
  stop();
});

test("F33 a hotel's login page is no answer: it is tried again, and nothing is shown", async () => {
  const stream = createTestStream();
  const page = () => reply("<h1>Log in</h1>", 200, "text/html");
  const { clock, seen, heard, asked, stop } = follow(page, page, page, stream.open);
  await clock.pass(5_000);
  expect(seen.reachable).toEqual([false, false, false]);
  expect(heard).toEqual([]);
  expect(asked().map(({ headers }) => headers.accept)).toEqual(["text/event-stream", "application/json", "text/event-stream"]);
  stop();
});

test("it waits as long as it is told: when there were too many requests, and when the bridge goes away", async () => {
  const stream = createTestStream();
  const { clock, asked, stop } = follow(() => problem(429, "too_fast", 20), stream.open, never);
  await clock.pass(19_000);
  expect(asked().length).toBe(1);
  await clock.pass(2_000);
  expect(asked().length).toBe(2);
  stream.send(hello(0), { type: "bye", retryMs: 5_000 });
  await clock.pass(4_900);
  expect(asked().length).toBe(2);
  await clock.pass(3_000);
  expect(asked().length).toBe(3);
  stop();
});

test.each([
  [401, "unauthorized"],
  [404, "not_found"],
])("a %i from the bridge ends the following", async (status, code) => {
  const { clock, seen, asked } = follow(() => problem(status, code));
  await clock.pass(120_000);
  expect(seen.over).toBe(code);
  expect(asked().length).toBe(1);
});

test("a proxy's own 404 page does not end a chat", async () => {
  const { clock, seen, asked, stop } = follow(() => reply("<h1>Not found</h1>", 404, "text/html"));
  await clock.pass(5_000);
  expect(seen.over).toBeNull();
  expect(asked().length).toBeGreaterThan(1);
  stop();
});

test("a bridge that speaks another version is not understood by guessing", async () => {
  const stream = createTestStream();
  const { clock, seen } = follow(stream.open);
  await settle();
  stream.write(`data: ${JSON.stringify({ ...hello(0), version: 2 })}\n\n`);
  await clock.pass(100);
  expect(seen.over).toBe("outdated");
});

test("a line whose answer never comes is given up after 20 s, so that it can be sent again", async () => {
  const clock = createTestClock();
  const { fetch } = createTestNetwork({ lines: never });
  const refused = createConnection("https://bridge.example", fetch, clock)
    .say(session, { id: "x", text: "hi" })
    .catch((error: unknown) => error);
  await clock.pass(21_000);
  expect(await refused).toMatchObject({ code: "unreachable" });
});
