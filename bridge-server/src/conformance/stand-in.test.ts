import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startStandIn } from "./stand-in.ts";

test("a stand-in that breaks answers with 500 instead of never, and says at what when it is closed", async () => {
  const { url, close } = await startStandIn(() => {
    throw new Error("the payment was null");
  });
  expect((await fetch(`${url}/chats/1`, { method: "POST", body: "{}" })).status).toBe(500);
  await expect(close()).rejects.toThrow("the stand-in broke at POST /chats/1: Error: the payment was null");
});

test("so does one whose witness finds that a call is wrong", async () => {
  const seen = () => expect.fail("no such field");
  const { url, close } = await startStandIn(() => ({ status: 200 }), seen);
  expect((await fetch(url)).status).toBe(500);
  await expect(close()).rejects.toThrow("no such field");
});

test("who goes before their request is whole has broken nothing", async () => {
  const { url, close } = await startStandIn(() => ({ status: 200 }));
  const asking = connect(Number(new URL(url).port), "127.0.0.1");
  asking.write("POST / HTTP/1.1\r\nhost: desk\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\nhalf");
  await once(asking, "data"); // it is read from now on
  asking.destroy();
  await expect(close()).resolves.toBeUndefined();
});
