import type { Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import genesysDouble from "../doubles/genesys.ts";
import { callsIn } from "./asked-calls.ts";

// What agents are called with, what is done when it is not known whether they were, and what a conversation that is over is spared.
async function start(how: { token?: () => string } = {}) {
  const asked: Asked[] = [];
  const double = await genesysDouble({ ...how, seen: (one) => void asked.push(one) });
  const named = (path: RegExp) => asked.filter((one) => path.test(one.path)).map(({ body }) => JSON.parse(body) as Sent);
  const calls = () => callsIn(asked.splice(0));
  return { ...double, asked, named, calls };
}

interface Sent {
  text: string;
  channel: { messageId: string; metadata?: { customAttributes: Record<string, string> } };
}

test("J3 the flow reads the route and the handoff's state, where nothing of it can pass for the route", async () => {
  const { connector, named, close } = await start();
  const data = { order: "A-1001", baton_queue: "vip", verification: { status: "passed" } };
  await connector.open({ ...handoff, context: { source: "shared_id", at: "2026-05-04T10:00:05.000Z", data } });
  const [opening] = named(/open\/message$/);
  expect(opening?.text).toBe("I want a refund");
  expect(opening?.channel.metadata?.customAttributes).toMatchObject({
    baton_site: "shop",
    baton_queue: "refunds",
    baton_urgent: "true",
    reason: "customer_refund",
    order: "A-1001",
    verification_status: "passed",
  });
  await close();
});

test("a first opening is five calls, of which one is for the token and one for the wait", async () => {
  const { connector, calls, close } = await start();
  expect((await connector.open(handoff)).waitSeconds).toBe(90);
  expect(calls()).toEqual(["POST token", "POST message", "GET itself", "POST message", "GET estimatedwaittime"]);
  await close();
});

test("an opening whose first answer was lost says its first words again, and everything else once", async () => {
  const { connector, willAnswer, named, desk, close } = await start();
  willAnswer("fine", "lost");
  await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "unclear" });
  await connector.open(handoff);
  await connector.open(handoff);
  expect(desk()).toHaveLength(1);
  expect(named(/open\/message$/).filter(({ channel }) => channel.messageId.startsWith("brief:"))).toHaveLength(1);
  await close();
});

test("a line that crosses the end of its conversation leaves no new one behind", async () => {
  const asked: string[] = [];
  const ends = { isDue: false };
  const double = await genesysDouble({
    seen({ method, path }) {
      asked.push(method);
      if (!ends.isDue || method !== "GET" || !path.includes("/conversations/messages/")) return;
      ends.isDue = false;
      if (double.platform.style === "webhook_and_look") double.platform.about(chat, { deed: "hangs_up" });
    },
  });
  const { chat } = await double.connector.open(handoff);
  ends.isDue = true;
  await expect(double.connector.say(chat, line("Wait!"), false)).rejects.toMatchObject({ kind: "gone" });
  expect(double.desk().map(({ isWaiting }) => isWaiting)).toEqual([false, false]);
  expect(asked.at(-1)).toBe("PATCH");
  await double.close();
});

test("a chat is closed once, and one that Genesys has removed is closed", async () => {
  const { connector, calls, close } = await start();
  const { chat } = await connector.open(handoff);
  calls();
  await connector.close(chat);
  await connector.close(chat);
  expect(calls()).toEqual(["GET itself", "PATCH itself", "GET itself"]);
  await connector.close({ ref: `${handoff.handoff}\nno-conversation` });
  await close();
});

test("a token that was taken back is replaced in the middle of a chat", async () => {
  let token = "one";
  const { connector, desk, close } = await start({ token: () => token });
  const { chat } = await connector.open(handoff);
  token = "two";
  await connector.say(chat, line("Still there?"), false);
  expect(desk()[0]?.lines).toEqual(["Still there?"]);
  await close();
});

test("what a visitor has read is told of the newest of what agents have said", async () => {
  const { connector, platform, asked, close } = await start();
  const { chat } = await connector.open(handoff);
  await connector.signal(chat, { type: "read" });
  expect(asked.some(({ path }) => path.endsWith("/receipt"))).toBe(false);
  if (platform.style !== "webhook_and_look") throw new Error("Genesys delivers");
  platform.about(chat, { deed: "says", agent: "Sam", text: "one" });
  const [newest] = platform.about(chat, { deed: "says", agent: "Sam", text: "two" });
  await connector.signal(chat, { type: "read" });
  const receipt = JSON.parse(asked.at(-1)?.body ?? "") as { id: string; status: string };
  expect(receipt).toMatchObject({ id: (JSON.parse(Buffer.from(newest!.body).toString()) as { id: string }).id, status: "Read" });
  await close();
});
