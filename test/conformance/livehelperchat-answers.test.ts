import type { Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import liveHelperChatDouble from "../doubles/livehelperchat.ts";

// Live Helper Chat says with a 200 that something is wrong, in words of its owner's language: what is wrong has to be found out.
async function start() {
  const asked: Asked[] = [];
  const double = await liveHelperChatDouble({ seen: (one) => void asked.push(one) });
  const { chat } = await double.connector.open(handoff);
  return { ...double, chat, asked };
}

test("a key that is not taken any more is not taken for a chat that is over", async () => {
  const { withWrongKey, chat, close } = await start();
  const stranger = withWrongKey();
  await expect(stranger.say(chat, line("Hello?"), false)).rejects.toMatchObject({ kind: "refused" });
  await expect(stranger.close(chat)).rejects.toMatchObject({ kind: "refused" });
  if (stranger.inbound.style !== "listen") throw new Error("it is listened to");
  const listening = stranger.inbound.listen(null, chat, new AbortController().signal)[Symbol.asyncIterator]();
  await expect(listening.next()).rejects.toMatchObject({ kind: "refused" });
  await close();
});

test("a chat that was deleted is over, and nobody asks the server what breaks it", async () => {
  const { connector, chat, asked, close } = await start();
  await connector.forget(chat);
  asked.length = 0;
  await expect(connector.say(chat, line("Hello?"), false)).rejects.toMatchObject({ kind: "gone" });
  await connector.close(chat);
  if (connector.inbound.style !== "listen") throw new Error("it is listened to");
  for await (const { news } of connector.inbound.listen(null, chat, new AbortController().signal))
    expect(news).toMatchObject([{ type: "ended" }]);
  expect(asked.filter(({ path }) => path.endsWith("/fetchchat"))).toEqual([]);
  await close();
});

test("an opening that is repeated is known by the handoff's whole name, and not by how that begins", async () => {
  const { connector, desk, close } = await start();
  await connector.open(handoff);
  expect(desk()).toHaveLength(1);
  await connector.open({ ...handoff, handoff: `${handoff.handoff.slice(0, -1)}0` });
  expect(desk()).toHaveLength(2);
  await close();
});

test("nobody is passed on to a department where nobody is at the desk", async () => {
  const { connector, close } = await start();
  expect(await connector.availability({ queue: "refunds", urgent: false })).toMatchObject({ state: "open" });
  expect(await connector.availability({ queue: "elsewhere", urgent: false })).toMatchObject({ state: "closed" });
  await close();
});

test("what is known of a visitor cannot become a command", async () => {
  const { connector, chat, asked, close } = await start();
  await connector.attach(chat, { source: "id", at: "2026-05-04T10:01:00.000Z", data: { "!close": "yes" } });
  const notes = asked.filter(({ path }) => path.endsWith("/addmsgadmin")).map(({ body }) => new URLSearchParams(body));
  for (const note of notes) expect([note.get("msg")?.[0], note.get("sender")]).toEqual(["[", "bot"]);
  expect(notes).toHaveLength(2);
  await close();
});

test("what an operator writes just before closing is heard before the end, though both come in the middle of a look", async () => {
  let isClosing = false;
  const { connector, platform, close } = await liveHelperChatDouble({
    seen({ path }) {
      if (!isClosing || !path.endsWith("/fetchchatmessages") || platform.style !== "listen") return;
      isClosing = false;
      platform.happens(chat, { deed: "says", agent: "Sam", text: "Your refund is on its way, bye!" });
      platform.happens(chat, { deed: "hangs_up" });
    },
  });
  const { chat } = await connector.open(handoff);
  if (connector.inbound.style !== "listen" || platform.style !== "listen") throw new Error("it is listened to");
  platform.happens(chat, { deed: "picks_up", agent: "Sam" });
  isClosing = true;
  const heard: string[] = [];
  let cursor: string | null = null;
  for (let look = 0; look < 2; look++)
    for await (const batch of connector.inbound.listen(cursor, chat, AbortSignal.timeout(5_000))) {
      heard.push(...batch.news.map((one) => (one.type === "agent_said" ? one.text : one.type)));
      cursor = batch.cursor;
    }
  expect(heard).toEqual(["agent_joined", "Your refund is on its way, bye!", "ended"]);
  await close();
});
