import type { Asked } from "@baton/bridge-server/conformance";
import { handoff } from "@baton/bridge-server/conformance/requests";
import { expect, test } from "vitest";
import flexDouble from "../doubles/twilio-flex.ts";
import { callsIn } from "./asked-calls.ts";

// What agents are called with, and what is done when it is not known whether they were.
async function start(how: { date_created?: string; findsTasks?: () => boolean } = {}) {
  const asked: Asked[] = [];
  const double = await flexDouble({ ...how, seen: (one) => void asked.push(one) });
  const named = (path: RegExp) =>
    asked.filter((one) => one.method === "POST" && path.test(one.path)).map(({ body }) => new URLSearchParams(body));
  return { ...double, asked, named };
}

test("J3 the agent's task bears the handoff's state, where nothing of it can pass for what Flex goes by", async () => {
  const { connector, named, close } = await start();
  const data = { order: "A-1001", conversationSid: "CHmine", queue: "vip", verification: { status: "passed" } };
  await connector.open({ ...handoff, context: { source: "shared_id", at: "2026-05-04T10:00:05.000Z", data } });
  const [form] = named(/\/Interactions$/);
  const { attributes, priority, workflow_sid } = JSON.parse(form?.get("Routing") ?? "").properties;
  expect(attributes).toMatchObject({ queue: "refunds", urgent: true, visitor_has_gone: false, customerName: "Ada", channelType: "web" });
  expect(attributes.handoff).toMatchObject({ reason: "customer_refund", order: "A-1001", queue: "vip", verification_status: "passed" });
  expect([attributes.conversationSid, priority, workflow_sid]).toEqual([undefined, 100, expect.stringMatching(/^WW/)]);
  expect(JSON.parse(form?.get("Channel") ?? "").properties.media_channel_sid).toMatch(/^CH/);
  await close();
});

test("a first opening is six calls, and looks for nothing", async () => {
  const { connector, asked, close } = await start();
  await connector.open(handoff);
  expect(callsIn(asked)).toEqual([
    "POST Conversations",
    "POST Participants",
    "POST Webhooks",
    "POST Messages",
    "POST Interactions",
    "POST itself",
  ]);
  await close();
});

test("an opening whose last answer was lost calls nobody again before TaskRouter's list could know of the task", async () => {
  let isListed = false;
  const { connector, willAnswer, desk, named, close } = await start({ date_created: new Date().toISOString(), findsTasks: () => isListed });
  willAnswer("fine", "fine", "fine", "fine", "lost");
  await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "unclear" });
  await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "too_fast", answer: { retryAfterMs: expect.any(Number) } });
  isListed = true;
  await connector.open(handoff);
  expect(desk()).toHaveLength(1);
  expect(named(/\/Interactions$/)).toHaveLength(1);
  await close();
});

test("a chat is closed through its interaction, with its task, and once", async () => {
  const { connector, asked, named, desk, close } = await start();
  const { chat } = await connector.open(handoff);
  await connector.close(chat);
  expect(named(/\/Channels\/UO\w+$/).map((form) => [form.get("Status"), form.get("Routing")])).toEqual([["closed", '{"status":"closed"}']]);
  expect(desk()[0]?.isWaiting).toBe(false);
  asked.length = 0;
  await connector.close(chat);
  expect(asked.map(({ method }) => method)).toEqual(["GET"]);
  await close();
});

test("an opening that never came to call anybody is withdrawn with its conversation", async () => {
  const { connector, willAnswer, asked, close } = await start();
  willAnswer("fine", "fine", "fine", "fine", "down");
  await expect(connector.open(handoff)).rejects.toMatchObject({ kind: "unreachable" });
  const conversation =
    asked
      .find(({ path }) => path.endsWith("/Participants"))
      ?.path.split("/")
      .at(-2) ?? "";
  await connector.close({ ref: conversation });
  const last = asked.at(-1);
  expect([last?.path, last?.body]).toEqual([`/v1/Conversations/${conversation}`, "State=closed"]);
  await close();
});

test("a conversation that was deleted is over for whoever looks, and is so once", async () => {
  const { connector, close } = await start();
  const { chat } = await connector.open(handoff);
  await connector.forget(chat);
  if (connector.inbound.style !== "webhook_and_look") throw new Error("it is looked through");
  const { look } = connector.inbound;
  const { news, cursor } = await look(null, chat, new AbortController().signal);
  expect(news).toEqual([{ chat, id: `${chat.ref}:closed`, type: "ended" }]);
  expect((await look(cursor, chat, new AbortController().signal)).news).toEqual([]);
  await close();
});
