import { startStandIn, type Asked } from "@baton/bridge-server/conformance";
import { handoff, line } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import intercomDouble from "../doubles/intercom.ts";

// Intercom keeps no name of ours with anything, so what was done already is told from what is there.
async function start({ madeAt = new Date("2026-05-04T10:00:00.000Z") } = {}) {
  const asked: Asked[] = [];
  const double = await intercomDouble({ seen: (one) => void asked.push(one), created_at: Math.floor(madeAt.getTime() / 1000) });
  const { chat } = await double.connector.open(handoff);
  return { ...double, chat, asked };
}

test("an opening that is repeated leaves a conversation with the team that it was passed on to meanwhile", async () => {
  const { connector, platform, desk, chat, close } = await start();
  if (platform.style === "webhook") platform.about(chat, { deed: "passes_on", to: "Billing" });
  await connector.open(handoff);
  expect(desk()[0]?.queue).toBe("Billing");
  await close();
});

test("closing what is closed, or deleted, writes nothing", async () => {
  const { connector, chat, asked, close } = await start();
  await connector.close(chat);
  asked.length = 0;
  await connector.close(chat);
  await connector.forget(chat);
  await connector.close(chat);
  expect(asked.map(({ method }) => method)).toEqual(["GET", "GET", "DELETE", "DELETE", "GET"]);
  await close();
});

test("a line with an address, which Intercom writes out as a link, is known again", async () => {
  const { connector, desk, chat, close } = await start();
  const link = line("Is it https://shop.example/a?b=1 or not?");
  await connector.say(chat, link, false);
  await connector.say(chat, link, true);
  expect(desk()[0]?.lines).toEqual([link.text]);
  await close();
});

test("of two files with one name the second is sent again when its attempt broke off, and not when its link only holds until later", async () => {
  const { connector, willAnswer, desk, chat, close } = await start();
  const file = (id: string, until: number) => line(`photo.jpg (2 KB): https://chat.example/files/${id}?until=${until}`);
  await connector.say(chat, file("a1", 1), false);
  willAnswer("fine", "down");
  await connector.say(chat, file("b2", 1), false).catch(() => {});
  await connector.say(chat, file("b2", 2), true);
  await connector.say(chat, file("b2", 3), true);
  expect(desk()[0]?.lines).toEqual([file("a1", 1).text, file("b2", 2).text]);
  await close();
});

test("of two files with one name, sent as files, the second is not taken for the first, and once there not sent again", async () => {
  const { connector, willAnswer, desk, chat, close } = await start();
  const bridge = await startStandIn(({ path }) => ({ status: 200, bytes: Buffer.alloc(path === "/a" ? 300 : 400) }));
  const sent = (path: string, size: number) => {
    const file = { name: "photo.jpg", type: "image/jpeg", size, url: `${bridge.url}${path}` };
    return { ...line(`photo.jpg\n${file.url}`), file };
  };
  const [first, second] = [sent("/a", 300), sent("/b", 400)];
  await connector.say(chat, first, false);
  willAnswer("fine", "down");
  await connector.say(chat, second, false).catch(() => {});
  await connector.say(chat, second, true);
  await connector.say(chat, second, true);
  expect(desk()[0]?.files?.map(({ name, size }) => [name, size])).toEqual([
    ["photo.jpg", 300],
    ["photo.jpg", 400],
  ]);
  await Promise.all([bridge.close(), close()]);
});

test("the same words from long before are not taken for a line that has not arrived", async () => {
  const { connector, desk, chat, close } = await start();
  await connector.say(chat, line("Hello?"), false);
  await connector.say(chat, { ...line("Hello?"), at: "2026-05-04T11:00:00.000Z" }, true);
  expect(desk()[0]?.lines).toEqual(["Hello?", "Hello?"]);
  await close();
});

test("an opening that broke off a moment ago is not begun again before Intercom's search could know of it", async () => {
  const { connector, willAnswer, desk, close } = await start({ madeAt: new Date() });
  const broken = { ...handoff, handoff: "7c1f0b52-9d7e-4f0e-8a43-52c1f6f2a9d4" };
  willAnswer("fine", "down");
  await expect(connector.open(broken)).rejects.toMatchObject({ kind: "unreachable" });
  await expect(connector.open(broken)).rejects.toMatchObject({ kind: "too_fast", answer: { retryAfterMs: expect.any(Number) } });
  expect(desk()).toHaveLength(1); // the one that was opened before
  await connector.open(handoff); // is found, and need not wait
  expect(desk()).toHaveLength(1);
  await close();
});
