import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { atFirst, fromJson, identityOf, newsSince, receiveFlex } from "./twilio-flex-events.ts";

// What all vendors owe is in the rules. Here is what only Twilio's events can say.
const accountSid = `AC${"a1".repeat(16)}`;
const url = "https://bridge.test/v1/hooks/shop/flex";
const known = { accountSid, authTokens: ["now", "before"], queueNames: new Map([["WQ1", "billing"]]) };

function newsOf(told: Record<string, string>) {
  const form: Record<string, string> = { AccountSid: accountSid, ...told };
  const words = Object.keys(form)
    .toSorted()
    .map((name) => name + form[name])
    .join("");
  const signature = createHmac("sha1", "now")
    .update(url + words)
    .digest("base64");
  const body = Buffer.from(new URLSearchParams(form).toString());
  return receiveFlex(known, { headers: new Headers({ "x-twilio-signature": signature }), body, url });
}
const inChat = (EventType: string, more: object = {}) => newsOf({ EventType, ConversationSid: "CH1", ...more });
const ofTask = (EventType: string, more: object = {}) =>
  newsOf({ EventType, TaskSid: "WT1", TaskAttributes: '{"conversationSid":"CH1"}', TaskQueueSid: "WQ1", ...more });
const message = { MessageSid: "IM1", ChatServiceSid: "IS1", Author: "sam_40shop_2Etest", Body: "Hi!", Source: "SDK" };

test("a message is an agent's only if a person wrote it in Flex", () => {
  expect(inChat("onMessageAdded", message)).toMatchObject([
    { chat: { ref: "CH1" }, id: "IM1", type: "agent_said", text: "Hi!", agent: null },
  ]);
  expect(inChat("onMessageAdded", { ...message, Source: "API" })).toEqual([]);
  expect(inChat("onMessageAdded", { ...message, Author: identityOf("0d9f5a3e") })).toEqual([]);
  expect(inChat("onMessageAdded", { ...message, Body: "" })).toEqual([]);
  expect(inChat("onMessageUpdated", message)).toEqual([]);
});

test("files come after the words, or alone, and lie in Twilio's store whatever else is told of them", () => {
  const media = [{ Sid: "ME1", ContentType: "image/png", Filename: "Maß.png", Size: 3 }, { Sid: "ME2" }];
  const told = { ...message, Media: JSON.stringify(media) };
  const files = [
    { id: "IM1:file:0", text: "", file: { name: "Maß.png", url: "https://mcs.us1.twilio.com/v1/Services/IS1/Media/ME1" } },
    { id: "IM1:file:1", text: "", file: { name: "file", url: "https://mcs.us1.twilio.com/v1/Services/IS1/Media/ME2" } },
  ];
  expect(inChat("onMessageAdded", told)).toMatchObject([{ id: "IM1", text: "Hi!" }, ...files]);
  expect(inChat("onMessageAdded", { ...told, Body: "" })).toMatchObject(files);
  expect(inChat("onMessageAdded", { ...told, Source: "API" })).toEqual([]);
  expect(inChat("onMessageAdded", { ...message, Body: "", Media: '[{"Sid":"../../ME1"}]' })).toEqual([]);
});

test("whoever accepts has the name that visitors may read, and never the one to sign in with", () => {
  const accepted = (WorkerAttributes: string) =>
    ofTask("reservation.accepted", { ReservationSid: "WR1", WorkerSid: "WK1", WorkerName: "sam@shop.test", WorkerAttributes });
  expect(accepted('{"full_name":"Sam Lee"}')).toMatchObject([{ id: "WR1", type: "agent_joined", agent: { id: "WK1", name: "Sam Lee" } }]);
  for (const attributes of ["{}", "not JSON", '{"full_name":""}'])
    expect(accepted(attributes)).toMatchObject([{ agent: { name: "Agent" } }]);
});

test("a queue that the owner has named is passed on by that name, another by none", () => {
  expect(ofTask("task-queue.entered")).toMatchObject([{ type: "transferred", to: "billing" }]);
  expect(ofTask("task-queue.entered", { TaskQueueSid: "WQ2" })).toMatchObject([{ type: "transferred", to: null }]);
});

test("only an agent leaves, and reads", () => {
  const agent = { ParticipantSid: "MB1", Identity: "sam_40shop_2Etest", LastReadMessageIndex: "4" };
  const visitor = { ...agent, Identity: identityOf("0d9f5a3e") };
  expect(inChat("onParticipantRemoved", agent)).toMatchObject([{ type: "agent_left" }]);
  expect(inChat("onParticipantUpdated", agent)).toMatchObject([{ id: "MB1:read:4", type: "agent_read" }]);
  for (const event of ["onParticipantRemoved", "onParticipantUpdated"]) expect(inChat(event, visitor)).toEqual([]);
  expect(inChat("onParticipantUpdated", { ...agent, LastReadMessageIndex: "" })).toEqual([]);
});

test("a closed conversation is the end; one that is parked, a task that is wrapped up, completed or cancelled is not", () => {
  expect(inChat("onConversationStateUpdated", { StateFrom: "active", StateTo: "closed" })).toMatchObject([{ type: "ended" }]);
  expect(inChat("onConversationStateUpdated", { StateFrom: "active", StateTo: "inactive" })).toEqual([]);
  for (const event of ["task.wrapup", "task.completed", "task.canceled", "reservation.wrapup"]) expect(ofTask(event)).toEqual([]);
});

test("calls, and tasks of another account, are nobody's chat", () => {
  const call = { ReservationSid: "WR1", WorkerSid: "WK1", TaskAttributes: '{"call_sid":"CA1"}' };
  expect(ofTask("reservation.accepted", call)).toEqual([]);
  expect(ofTask("workflow.timeout", { AccountSid: `AC${"b2".repeat(16)}` })).toEqual([]);
  expect(ofTask("workflow.timeout")).toMatchObject([{ type: "failed", reason: "nobody_available" }]);
});

test("what is not JSON is nothing", () => expect([fromJson("{"), fromJson(null), fromJson('{"a":1}')]).toEqual([null, null, { a: 1 }]));

test("of what is listed, a message is an agent's only if a participant who is not the visitor wrote it, and it is news once", () => {
  const place = { ref: "CH1", service: "IS1", isClosed: false };
  const written = (index: number, author: string | null, more: object = {}) => ({
    sid: `IM${index}`,
    index,
    author,
    participant_sid: "MB1",
    body: "Hi!",
    ...more,
  });
  const newestFirst = [
    written(7, "sam_40shop_2Etest", { body: "", media: [{ sid: "ME1", filename: "Maß.png" }, { sid: "../../ME2" }] }),
    written(5, "sam_40shop_2Etest"),
    written(4, identityOf("0d9f5a3e")),
    written(3, "system", { participant_sid: null }),
    written(1, null),
  ];
  const { news, next } = newsSince(atFirst, place, newestFirst);
  expect(news).toMatchObject([{ id: "IM5", text: "Hi!", agent: null }]); // of files, all have to be Twilio's own
  expect(next).toEqual({ index: 7, isOver: false });
  const over = newsSince(next, { ...place, isClosed: true }, newestFirst);
  expect(over.news).toMatchObject([{ id: "CH1:closed", type: "ended" }]);
  expect(newsSince(over.next, { ...place, isClosed: true }, newestFirst).news).toEqual([]);
});
