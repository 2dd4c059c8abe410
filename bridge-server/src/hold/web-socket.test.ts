import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { handMovedClock } from "../work/test-time.ts";
import { all, closed, settled, startWebSockets, take } from "./test-servers.ts";

test("a WebSocket carries words both ways, in order, with the headers and the protocol that were asked for", async () => {
  const { open, client } = await startWebSockets();
  const { messages, send } = await open({ headers: { authorization: "Bearer one" }, protocols: ["xmpp"] });
  const theirs = await client();
  expect(theirs.headers).toMatchObject({ authorization: "Bearer one", "sec-websocket-protocol": "xmpp" });
  theirs.socket.on("message", (text: Buffer) => theirs.socket.send(`${text.toString()}!`));
  for (const word of ["one", "zwei", "שלוש"]) send(word);
  expect(await take(messages, 3)).toEqual(["one!", "zwei!", "שלוש!"]);
});

test("a WebSocket that they close is over, and what came before is heard", async () => {
  const { open, client } = await startWebSockets();
  const { messages } = await open();
  const { socket } = await client();
  socket.send("last words");
  socket.close(1000);
  expect(await all(messages)).toEqual(["last words"]);
});

test.each([
  ["is cut off", (socket: WebSocket) => socket.terminate()],
  ["they close because something is wrong", (socket: WebSocket) => socket.close(1011, "canary")],
])("a WebSocket that %s is broken, and what came before is heard (F03)", async (_, how) => {
  const { open, client } = await startWebSockets();
  const { messages } = await open();
  const { socket } = await client();
  await new Promise<void>((done) => socket.send("last words", () => done()));
  how(socket);
  const heard: string[] = [];
  const failed = await all(messages, heard).catch((error: Error) => error);
  expect(heard).toEqual(["last words"]);
  expect(failed).toMatchObject({ kind: "unclear" });
  expect(String(failed)).not.toContain("canary");
});

test("a WebSocket takes no message above its limit, not even a small one that would grow to it", async () => {
  for (const perMessageDeflate of [false, true]) {
    const { open, client } = await startWebSockets({ maxBytes: 1_000 }, { perMessageDeflate: perMessageDeflate && { threshold: 0 } });
    const { messages } = await open();
    const { socket } = await client();
    socket.send("fits");
    socket.send("x".repeat(20_000));
    const heard: string[] = [];
    await expect(all(messages, heard)).rejects.toMatchObject({ kind: "unclear" });
    expect(heard).toEqual(["fits"]);
  }
});

test("a WebSocket is cut when more comes than anybody reads", async () => {
  const { open, client } = await startWebSockets({ maxBytes: 1_000 });
  const { messages } = await open();
  const { socket } = await client();
  for (let n = 0; n < 30; n++) socket.send("x".repeat(100));
  await closed(socket);
  await expect(all(messages)).rejects.toThrow("more at once than anybody reads");
});

test("a WebSocket with nobody at its other end is noticed within a quarter more than the silence that is allowed, and one that answers is kept (F14)", async () => {
  const time = handMovedClock();
  const { open, client } = await startWebSockets({ clock: time.clock });
  const { messages } = await open({ silenceMs: 40_000 });
  const { stop } = await client();
  const ended = all(messages).then(
    () => "ended",
    (error: Error) => error.message,
  );
  for (let look = 0; look < 12; look++) {
    const answered = pongHeard();
    time.pass(10_000);
    await answered;
  }
  stop();
  for (let look = 0; look < 4; look++) time.pass(10_000);
  await settled();
  expect(await Promise.race([ended, "still held"])).toBe("still held");
  time.pass(10_000);
  expect(await ended).toContain("nothing heard in 40000 ms");
});

test("whoever watches a WebSocket hears that it is open, of what they say and of each sign of life, and why it is over", async () => {
  const time = handMovedClock();
  const told: string[] = [];
  const watch = () => ({
    opened: () => void told.push("opened"),
    heard: () => void told.push("heard"),
    over: (fault: Error | null) => void told.push(`over ${fault?.message.replace(/.*: /, "")}`),
  });
  const { open, client } = await startWebSockets({ clock: time.clock });
  const { messages } = await open({ silenceMs: 40_000, watch });
  const { socket } = await client();
  socket.send("hello");
  expect(await take(messages, 1)).toEqual(["hello"]);
  expect(told).toEqual(["opened", "heard"]);
  const answered = pongHeard();
  time.pass(10_000);
  await answered;
  socket.close(4_000);
  await expect.poll(() => told).toEqual(["opened", "heard", "heard", "over closed with 4000"]);
});

test("a WebSocket that is given up is over at once, for both sides", async () => {
  const { open, client } = await startWebSockets();
  const stop = new AbortController();
  const { messages } = await open({ signal: stop.signal });
  const { socket } = await client();
  stop.abort();
  expect(await all(messages)).toEqual([]);
  await closed(socket);
});

test("a WebSocket says goodbye when the bridge stops, and does not wait for somebody who has not the manners", async () => {
  const { open, client, hold } = await startWebSockets();
  const { messages } = await open();
  const { socket } = await client();
  const told = once(socket, "close");
  await hold.close();
  expect((await told)[0]).toBe(1000);
  expect(await all(messages)).toEqual([]);

  const rude = await startWebSockets();
  await rude.open();
  (await rude.client()).stop();
  const began = performance.now();
  await rude.hold.close();
  expect(performance.now() - began).toBeLessThan(5_000);
});

/** Once the other side's sign of life has come. */
function pongHeard(): Promise<void> {
  return new Promise((done) => {
    subscribe("undici:websocket:pong", heard);
    function heard() {
      unsubscribe("undici:websocket:pong", heard);
      done();
    }
  });
}
