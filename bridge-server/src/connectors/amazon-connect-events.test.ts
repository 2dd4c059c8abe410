import { expect, test } from "vitest";
import { atFirst, frameIn, newestOf, newsSince, overNow, type Item } from "./amazon-connect-events.ts";

const EVENT = "application/vnd.amazonaws.connect.event";
const sam = { ParticipantRole: "AGENT", DisplayName: "Sam", ParticipantId: "p-1" };
let count = 0;
const item = (more: Partial<Item>): Item => ({ Id: `i-${++count}`, AbsoluteTime: "2026-05-04T10:00:00.000Z", ...more });
const told = (...items: Partial<Item>[]) => newsSince(atFirst, items.map(item), "c-1").news;
const frame = (topic: string, content: object | string) =>
  JSON.stringify({ topic, content: typeof content === "string" ? content : JSON.stringify(content) });

test("being passed on is told, and to whom is not known", () => {
  const passedOn = { ContentType: `${EVENT}.transfer.succeeded`, ParticipantRole: "SYSTEM" };
  expect(told(passedOn, { ContentType: `${EVENT}.participant.left`, ...sam })).toMatchObject([
    { type: "transferred", to: null },
    { type: "agent_left" },
  ]);
  expect(told({ ContentType: `${EVENT}.transfer.failed`, ParticipantRole: "SYSTEM" })).toEqual([]);
});

test("an agent who comes and goes while another is there does not leave the visitor alone, across two looks as in one", () => {
  const kim = { ParticipantRole: "AGENT", DisplayName: "Kim", ParticipantId: "p-2" };
  const moves = [
    { ContentType: `${EVENT}.participant.joined`, ...sam },
    { ContentType: `${EVENT}.participant.joined`, ...kim },
    { ContentType: `${EVENT}.participant.left`, ...kim },
    { ContentType: `${EVENT}.participant.left`, ...sam },
  ].map(item);
  const whole = newsSince(atFirst, moves, "c-1");
  expect(whole.news).toMatchObject([
    { type: "agent_joined", agent: { name: "Sam" } },
    { type: "agent_joined", agent: { name: "Kim" } },
    { id: `item:${moves[3]!.Id}`, type: "agent_left" },
  ]);
  const first = newsSince(atFirst, moves.slice(0, 2), "c-1");
  const second = newsSince(first.next, moves.slice(2), "c-1");
  expect([...first.news, ...second.news]).toEqual(whole.news);
});

test("only agents come and go; a supervisor who has stepped in is heard, and flows and bots are not", () => {
  const joined = { ContentType: `${EVENT}.participant.joined` };
  const says = { ContentType: "text/plain", Content: "Hello" };
  for (const ParticipantRole of ["CUSTOMER", "SYSTEM", "CUSTOM_BOT"])
    expect(told({ ...joined, ParticipantRole }, { ...says, ParticipantRole })).toEqual([]);
  const supervisor = { ParticipantRole: "SUPERVISOR", DisplayName: "Kim", ParticipantId: "p-2" };
  expect(told({ ...joined, ...supervisor }, { ...says, ...supervisor })).toMatchObject([
    { type: "agent_said", agent: { id: "p-2", name: "Kim" } },
  ]);
});

test("what an agent writes keeps its kind, and what is neither text nor Markdown is left out", () => {
  expect(told({ ContentType: "text/markdown", Content: "*Hi*", ...sam })).toMatchObject([{ text: "*Hi*", format: "markdown" }]);
  expect(told({ ContentType: "application/vnd.amazonaws.connect.message.interactive", Content: "{}", ...sam })).toEqual([]);
});

test("a file is told once Amazon has approved it", () => {
  const file = { AttachmentId: "a-1", AttachmentName: "label.pdf" };
  expect(told({ Attachments: [{ ...file, Status: "IN_PROGRESS" }], ...sam })).toEqual([]);
  expect(told({ Attachments: [{ ...file, Status: "APPROVED" }], ...sam })).toMatchObject([
    { text: "", file: { name: "label.pdf", url: "a-1" } },
  ]);
});

test("a chat that somebody was in has ended, one that nobody came to has found nobody, across two looks as in one", () => {
  const ended = { ContentType: `${EVENT}.chat.ended` };
  expect(told(ended)).toMatchObject([{ id: "over", type: "failed", reason: "nobody_available" }]);
  expect(told({ ContentType: `${EVENT}.participant.joined`, ...sam }, ended)).toMatchObject([
    { type: "agent_joined" },
    { id: "over", type: "ended" },
  ]);
  const { next } = newsSince(atFirst, [item({ ContentType: `${EVENT}.participant.joined`, ...sam })], "c-1");
  expect(newsSince(next, [item(ended)], "c-1").news).toEqual([overNow("c-1", true)]);
});

test("what was read last is not told again, whether or not a transcript begins with it", () => {
  const [one, two] = [
    item({ ContentType: "text/plain", Content: "one", ...sam }),
    item({ ContentType: "text/plain", Content: "two", ...sam }),
  ];
  const { next } = newsSince(atFirst, [one], "c-1");
  for (const items of [[one, two], [two]]) expect(newsSince(next, items, "c-1").news).toMatchObject([{ id: `item:${two.Id}` }]);
  expect(newsSince(next, [], "c-1")).toEqual({ news: [], next });
});

test("of the WebSocket's frames, typing and reading are told, heartbeats are nothing, and all else is in the transcript", () => {
  expect(frameIn(frame("aws/chat", { Id: "t", ContentType: `${EVENT}.typing`, ...sam }), "c-1")).toMatchObject({
    news: [{ type: "agent_typing", on: true }],
  });
  expect(frameIn(frame("aws/chat", { Id: "t", ContentType: `${EVENT}.typing`, ParticipantRole: "CUSTOMER" }), "c-1")).toEqual({ news: [] });
  const receipts = (Receipts: object[]) => frameIn(frame("aws/chat", { MessageMetadata: { MessageId: "m-1", Receipts } }), "c-1");
  expect(receipts([{ ReadTimestamp: "2026-05-04T10:00:00.000Z" }])).toMatchObject({ news: [{ id: "read:m-1", type: "agent_read" }] });
  expect(receipts([{ DeliveredTimestamp: "2026-05-04T10:00:00.000Z" }])).toEqual({ news: [] });
  expect(frameIn(JSON.stringify({ topic: "aws/heartbeat" }), "c-1")).toEqual({ news: [] });
  expect(frameIn("not JSON", "c-1")).toEqual({ news: [] });
  const said = item({ ContentType: "text/plain", Content: "Hi!", ...sam });
  expect(frameIn(frame("aws/chat", said), "c-1")).toEqual({ item: said });
  expect(frameIn(frame("aws/subscribe", { status: "success", topics: ["aws/chat"] }), "c-1")).toEqual({ item: null });
});

test("what a visitor has read is the newest that an agent has written", () => {
  const said = item({ ContentType: "text/plain", Content: "Hi!", ...sam });
  expect(newestOf([said, item({ ContentType: `${EVENT}.participant.left`, ...sam })])).toBe(said.Id);
  expect(newestOf([item({ ContentType: "text/plain", Content: "Hi!", ParticipantRole: "SYSTEM" })])).toBeNull();
});
