import type { Asked } from "@baton/bridge-server/conformance";
import { handoff, lateContext, line } from "@baton/bridge-server/conformance/requests";
import type { VendorChat, VendorNews } from "@baton/bridge-server/connector";
import { expect, test } from "vitest";
import amazonConnectDouble from "../doubles/amazon-connect.ts";

async function start() {
  const asked: Asked[] = [];
  const double = await amazonConnectDouble({ seen: (one) => void asked.push(one) });
  const { platform } = double;
  if (platform.style !== "listen") throw new Error("Amazon Connect is listened to");
  const calls = () => asked.splice(0).map(({ path }) => path.split("/").at(-1));
  return { ...double, happens: platform.happens, cut: platform.cut, asked, calls };
}

/** Everything that is heard until the stream ends. */
async function heardBy(
  { connector }: Awaited<ReturnType<typeof start>>,
  chat: VendorChat,
  during: (news: VendorNews[]) => void = () => {},
) {
  if (connector.inbound.style !== "listen") throw new Error("Amazon Connect is listened to");
  const heard: VendorNews[] = [];
  for await (const { news } of connector.inbound.listen(null, chat, AbortSignal.timeout(20_000))) {
    heard.push(...news);
    during(heard);
  }
  return heard;
}

test("J3 a first opening is one call, which brings the brief, and the route where nothing of the handoff can pass for it", async () => {
  const { connector, asked, close } = await start();
  const data = { order: "A-1001", baton_queue: "vip" };
  await connector.open({ ...handoff, context: { source: "shared_id", at: "2026-05-04T10:00:05.000Z", data } });
  expect(asked).toHaveLength(1);
  const { Attributes, InitialMessage, ClientToken } = JSON.parse(asked[0]?.body ?? "") as Record<string, Record<string, string>>;
  expect(Attributes).toMatchObject({
    baton_queue: "refunds",
    baton_urgent: "true",
    baton_site: "shop",
    order: "A-1001",
    reason: "customer_refund",
  });
  expect(InitialMessage?.["Content"]).toContain("Visitor: I want a refund");
  expect(ClientToken).toBe(handoff.handoff);
  await close();
});

test("the first message fits in any script", async () => {
  const { connector, desk, close } = await start();
  const transcript = Array.from({ length: 500 }, (_, n) => ({ ...line(`${n} こんにちは、返金をお願いします`), by: "visitor" as const }));
  await connector.open({ ...handoff, transcript });
  expect(desk()).toHaveLength(1);
  await close();
});

test("the last words before an end are heard, though the transcript is refused by then", async () => {
  const started = await start();
  const { chat } = await started.connector.open(handoff);
  let isToldToEnd = false;
  const heard = await heardBy(started, chat, () => {
    if (isToldToEnd) return;
    isToldToEnd = true;
    started.happens(chat, { deed: "picks_up", agent: "Sam" });
    started.happens(chat, { deed: "says", agent: "Sam", text: "Bye!" });
    started.happens(chat, { deed: "hangs_up" });
  });
  expect(heard.map((one) => (one.type === "agent_said" ? one.text : one.type))).toEqual(["agent_joined", "Bye!", "ended"]);
  await started.close();
});

test("a chat that ended while nobody listened is over", async () => {
  const started = await start();
  const { chat } = await started.connector.open(handoff);
  started.happens(chat, { deed: "finds_nobody" });
  expect(await heardBy(started, chat)).toMatchObject([{ id: "over", type: "failed", reason: "nobody_available" }]);
  await started.close();
});

test("a chat that an earlier version has listened to goes on", async () => {
  const { connector, happens, close } = await start();
  const { chat } = await connector.open(handoff);
  if (connector.inbound.style !== "listen") throw new Error("Amazon Connect is listened to");
  happens(chat, { deed: "picks_up", agent: "Sam" });
  happens(chat, { deed: "leaves" });
  const before = JSON.stringify({ after: null, someoneCame: false });
  const listening = connector.inbound.listen(before, chat, AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
  expect((await listening.next()).value).toMatchObject({ news: [{ type: "agent_joined" }, { type: "agent_left" }] });
  await listening.return?.();
  await close();
});

test("a connection's token is asked for once by a process, and anew by the next", async () => {
  const { connector, restart, calls, close } = await start();
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("one"), false);
  await connector.say(chat, line("two"), false);
  await restart().say(chat, line("three"), false);
  expect(calls()).toEqual(["chat", "connection", "message", "message", "connection", "message"]);
  await close();
});

test("a long context that came late is as many messages as it takes, once", async () => {
  const { connector, asked, close } = await start();
  const { chat } = await connector.open(handoff);
  const context = { ...lateContext, data: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`field_${n}`, "x".repeat(300)])) };
  await connector.attach(chat, context);
  const sent = asked.filter(({ path }) => path.endsWith("/message")).map(({ body }) => JSON.parse(body) as { Content: string });
  expect(sent.length).toBeGreaterThan(1);
  for (const { Content } of sent) expect(Content.length).toBeLessThanOrEqual(1_024);
  await close();
});

test("a file that Amazon does not take is a link in the chat", async () => {
  const { connector, willAnswer, desk, close } = await start();
  const { chat } = await connector.open(handoff);
  await connector.say(chat, line("one"), false);
  willAnswer("no", "fine", "no");
  const file = { name: "a.exe", type: "application/x-msdownload", size: 3, url: "https://bridge.example.test/a.exe" };
  await connector.say(chat, { ...line("a.exe (3 B)\nhttps://bridge.example.test/a.exe"), file }, false);
  expect(desk()[0]).toMatchObject({ lines: ["one", "a.exe (3 B)\nhttps://bridge.example.test/a.exe"], files: [] });
  await close();
});
