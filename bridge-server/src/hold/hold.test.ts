import { describe, expect, test } from "vitest";
import { handMovedClock } from "../work/test-time.ts";
import { closed, failureOf, nameServer, startHold, startKnocking, startWith } from "./test-servers.ts";

const ways = [
  ["a WebSocket", "socket"],
  ["a stream of events", "events"],
] as const;

describe.each(ways)("where %s goes", (_, way) => {
  test.each(["127.0.0.1", "[::1]", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0", "shop.example"])(
    "no byte leaves for %s, by whatever name (T38)",
    async (host) => {
      const { port, knocks } = await startKnocking();
      const { resolve, asked } = nameServer(["127.0.0.1", "::1"], ["8.8.8.8"]);
      const hold = startHold({ resolve, allowPrivate: false });
      const to = new URL(`${way === "socket" ? "wss" : "https"}://${host}:${port}/`);
      await expect(hold[way]({ to })).rejects.toMatchObject({ kind: "refused" });
      expect(knocks()).toBe(0);
      expect(asked()).toEqual(host === "localhost" || host === "shop.example" ? [host] : []); // and not again, until the answer suits
    },
  );

  test("it is refused without TLS, unless private addresses are allowed", async () => {
    const to = new URL(`${way === "socket" ? "ws" : "http"}://shop.example/`);
    await expect(startHold({ allowPrivate: false })[way]({ to })).rejects.toMatchObject({ kind: "refused" });
  });

  test.each([301, 302, 307])("a redirect with %i is refused, and not followed (T29)", async (status) => {
    const elsewhere = await startKnocking();
    const { begin } = await startWith((_, answer) => answer.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end());
    await expect(begin(way)).rejects.toMatchObject({ kind: "refused", answer: { status } });
    expect(elsewhere.knocks()).toBe(0);
  });

  test.each([
    [401, "refused"],
    [404, "gone"],
    [429, "too_fast"],
    [503, "unreachable"],
  ])("an answer of %i is %s", async (status, kind) => {
    const { begin } = await startWith((_, answer) => answer.writeHead(status, { "content-type": "text/plain" }).end("no"));
    await expect(begin(way)).rejects.toMatchObject({ kind, answer: { status } });
  });

  test("nobody there is told, and no key in the address is", async () => {
    const { port, close } = await startKnocking();
    await close();
    const to = new URL(`${way === "socket" ? "ws" : "http"}://127.0.0.1:${port}/link?ticket=canary`);
    const failed = await failureOf(startHold()[way]({ to }));
    expect(failed).toMatchObject({ kind: "unreachable" });
    expect(String(failed)).not.toContain("canary");
  });

  test("whoever takes the connection and answers nothing, or a letter at a time, is let go of after ten seconds (F02)", async () => {
    for (const drip of [false, true]) {
      const time = handMovedClock();
      const { port, taken, sockets } = await startKnocking((socket) => drip && socket.write("HTTP/1.1 1"));
      const to = new URL(`${way === "socket" ? "ws" : "http"}://127.0.0.1:${port}/`);
      const begun = failureOf(startHold({ clock: time.clock })[way]({ to }));
      await taken;
      time.pass(9_900);
      if (drip) sockets[0]!.write("0");
      time.pass(200);
      expect(await begun).toMatchObject({ kind: "unreachable", message: expect.stringContaining("not open in 10000 ms") as string });
      await closed(sockets[0]!);
    }
  });

  test("what is given up before it is open is over at once", async () => {
    const { port, taken, sockets } = await startKnocking();
    const stop = new AbortController();
    const to = new URL(`${way === "socket" ? "ws" : "http"}://127.0.0.1:${port}/`);
    const begun = failureOf(startHold()[way]({ to, signal: stop.signal }));
    await taken;
    stop.abort();
    expect(await begun).toBeInstanceOf(Error);
    await closed(sockets[0]!);
  });

  test("a bridge that is shutting down begins nothing", async () => {
    const hold = startHold();
    await hold.close();
    const to = new URL(`${way === "socket" ? "wss" : "https"}://shop.example/`);
    await expect(hold[way]({ to })).rejects.toMatchObject({ kind: "unreachable" });
  });
});
