import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { atFirst, newsSince, receiveGenesys, unseenIn, type Conversation, type Messages } from "./genesys-events.ts";

const place = { visitor: "v-1", queueNames: new Map([["q-2", "billing"]]) };
const visitor = { id: "p-1", purpose: "customer", state: "connected", startTime: "10:00" };
const queue = { id: "p-2", purpose: "acd", name: "Refunds", startTime: "10:01", queue: { id: "q-1" } };
const sam = {
  id: "p-3",
  purpose: "agent",
  name: "Sam",
  user: { id: "u-1" },
  state: "connected",
  startTime: "10:02",
  connectedTime: "10:03",
};
const gone = (participant: object, endTime: string, disconnectType = "client") => ({
  ...participant,
  state: "disconnected",
  endTime,
  disconnectType,
});

function told(participants: object[], messages: Messages = []) {
  const { news } = newsSince(atFirst, { participants } as Conversation, messages, place);
  return news.map((one) => (one.type === "transferred" ? `transferred to ${one.to}` : one.type));
}

const said = (id: string, time: string, more: object = {}): Messages[number] => ({
  id,
  normalizedMessage: { id, type: "Text", text: id, direction: "Outbound", channel: { time }, ...more },
});

test("whoever is called and has not come yet is nobody, and neither is the first queue", () => {
  expect(told([visitor, queue, { ...sam, state: "alerting", connectedTime: null }])).toEqual([]);
});

test("being passed on is told before whoever did it leaves, however the two were written down", () => {
  const next = { id: "p-4", purpose: "acd", name: "Billing EU", startTime: "10:05", queue: { id: "q-2" } };
  expect(told([visitor, queue, gone(sam, "10:04", "transfer"), next])).toEqual(["agent_joined", "transferred to billing", "agent_left"]);
  const unnamed = { ...next, queue: { id: "q-3" } };
  expect(told([visitor, queue, gone(sam, "10:06", "transfer"), unnamed])).toEqual([
    "agent_joined",
    "transferred to Billing EU",
    "agent_left",
  ]);
});

test("one who leaves before another comes is told so first", () => {
  const kim = { ...sam, id: "p-5", name: "Kim", connectedTime: "10:09" };
  expect(told([visitor, queue, kim, gone(sam, "10:08")])).toEqual(["agent_joined", "agent_left", "agent_joined"]);
});

test("what was said stands where it was said", () => {
  const withWords = { ...sam, messages: [{ messageId: "m-1" }, { messageId: "m-2" }] };
  const participants = [visitor, queue, gone(withWords, "10:07")];
  expect(told(participants, [said("m-2", "10:05"), said("m-1", "10:04")])).toEqual([
    "agent_joined",
    "agent_said",
    "agent_said",
    "agent_left",
  ]);
});

test("a conversation that somebody was in has ended; one that nobody came to has found nobody", () => {
  expect(told([gone(visitor, "10:09", "peer"), queue, gone(sam, "10:09")])).toEqual(["agent_joined", "ended"]);
  expect(told([gone(visitor, "10:09", "system"), gone(queue, "10:09")])).toEqual(["failed"]);
});

test("a visitor who is back in a conversation that was over is in it", () => {
  expect(told([gone(visitor, "10:09"), gone(sam, "10:09"), { ...visitor, id: "p-9", startTime: "10:20" }])).toEqual([
    "agent_joined",
    "agent_left",
  ]);
});

test("of each stay only those messages are asked for that were not told", () => {
  const conversation = { participants: [visitor, { ...sam, messages: [{ messageId: "m-1" }] }] } as Conversation;
  const { next } = newsSince(atFirst, conversation, [said("m-1", "10:04")], place);
  conversation.participants[1]!.messages!.push({ messageId: "m-2" });
  expect(unseenIn(conversation, next)).toEqual(["m-2"]);
});

test("what Genesys keeps of a message is what it delivered, and what a flow said or a visitor did is neither", () => {
  const withWords = { ...sam, messages: ["m-1", "m-2", "m-3", "m-4"].map((messageId) => ({ messageId })) };
  const content = [
    { contentType: "QuickReply", quickReply: { text: "Yes", payload: "y" } },
    { contentType: "QuickReply", quickReply: { text: "No", payload: "n" } },
  ];
  const messages = [
    said("m-1", "10:04", { type: "Structured", content, text: "Is it blue?" }),
    said("m-2", "10:05", { originatingEntity: "Bot" }),
    said("m-3", "10:06", { direction: "Inbound" }),
    said("m-4", "10:07", {
      content: [{ contentType: "Attachment", attachment: { mediaType: "Image", url: "https://files.test/a/b.png?x" } }],
      text: "",
    }),
  ];
  const { news } = newsSince(atFirst, { participants: [visitor, withWords] } as Conversation, messages, place);
  expect(news.slice(1)).toEqual([
    {
      chat: { ref: "v-1" },
      id: "message:m-1",
      type: "agent_said",
      agent: { id: "u-1", name: "Sam" },
      text: "Is it blue?\n– Yes\n– No",
      format: "plain",
    },
    {
      chat: { ref: "v-1" },
      id: "message:m-4:0",
      type: "agent_said",
      agent: { id: "u-1", name: "Sam" },
      text: "",
      format: "plain",
      file: { name: "b.png", url: "https://files.test/a/b.png?x" },
    },
  ]);
});

test("what is told of another integration is no news here, and what is told of none is refused", () => {
  const receive = (told: object) => {
    const body = Buffer.from(JSON.stringify(told));
    const signature = `sha256=${createHmac("sha256", "s").update(body).digest("base64")}`;
    return receiveGenesys(
      { secrets: ["s"], integration: "i-1" },
      { headers: new Headers({ "x-hub-signature-256": signature }), body, url: "" },
    );
  };
  const channel = { id: "i-1", to: { id: "v-1" }, time: new Date().toISOString() };
  const message = { id: "m-1", type: "Text", text: "Hi!", direction: "Outbound", channel };
  expect(receive(message)).toHaveLength(1);
  expect(receive({ ...message, channel: { ...channel, id: "i-2" } })).toEqual([]);
  expect(() => receive({ hello: 1 })).toThrow("the body is none of an open messaging integration");
});
