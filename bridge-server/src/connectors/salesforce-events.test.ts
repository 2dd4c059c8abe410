import { expect, test } from "vitest";
import { atFirst, entryIn, isOver, namesIn, newestOf, newsSince, type Entry } from "./salesforce-events.ts";

const place = { conversation: "c-1", queueNames: new Map([["00G1", "billing"]]) };
const sam = { role: "Agent", subject: "0051" };
let count = 0;

function entry(entryPayload: object, sender: object = { role: "System", subject: "s" }, more: object = {}): Entry {
  const n = ++count;
  return { identifier: `e-${n}`, entryPayload, sender, senderDisplayName: "Sam", transcriptedTimestamp: n, ...more } as Entry;
}
const message = (staticContent: object, sender: object = sam) =>
  entry({ entryType: "Message", abstractMessage: { id: "m-1", messageType: "StaticContentMessage", staticContent } }, sender);
const changed = (operation: string, participant: object = sam) =>
  entry({ entryType: "ParticipantChanged", entries: [{ operation, displayName: "Sam", participant }] });
const routed = (more: object) =>
  entry({ entryType: "RoutingResult", routingType: "Initial", failureType: "None", errorMessages: [], ...more });
const status = (sessionStatus: string) => entry({ entryType: "SessionStatusChanged", sessionStatus });
const told = (...entries: Entry[]) => newsSince(atFirst, entries, place).news;

test("only agents come, go and speak: not flows, bots, supervisors or the visitor", () => {
  expect(told(changed("add"), changed("update"), changed("remove"))).toMatchObject([
    { type: "agent_joined", agent: { id: "0051", name: "Sam" } },
    { type: "agent_left" },
  ]);
  for (const role of ["EndUser", "Chatbot", "Supervisor", "System", "Router"])
    expect(told(changed("add", { role }), message({ formatType: "Text", text: "Hello" }, { role }))).toEqual([]);
});

test("a whisper is no news, whoever wrote it", () => {
  const abstractMessage = { id: "m-1", messageType: "StaticContentMessage", staticContent: { formatType: "Text", text: "Careful" } };
  expect(told(entry({ entryType: "Note", abstractMessage }, sam))).toEqual([]);
});

test("what cannot be shown is written", () => {
  const choices = {
    formatType: "Buttons",
    text: "Which?",
    optionItems: [{ titleItem: { title: "This" } }, { titleItem: { title: "That" } }],
  };
  expect(
    told(
      message({ formatType: "RichLink", linkItem: { url: "https://shop.test", titleItem: { title: "Shop" } } }),
      entry({ entryType: "Message", abstractMessage: { id: "m", messageType: "ChoicesMessage", choices } }, sam),
      message({ formatType: "WebView", url: "https://survey.test" }),
    ).map((one) => one.type === "agent_said" && one.text),
  ).toEqual(["Shop\nhttps://shop.test", "Which?\n– This\n– That"]);
});

test("files come after the words, or alone, each with a name of its own", () => {
  const attachments = ["a.pdf", "b.pdf"].map((name) => ({ id: "1", name, mimeType: "application/pdf", url: `https://files.test/${name}` }));
  const files = attachments.map(({ name, url }) => ({ type: "agent_said", text: "", file: { name, url } }));
  expect(told(message({ formatType: "Attachments", text: "Here", attachments }))).toMatchObject([{ text: "Here" }, ...files]);
  const alone = told(message({ formatType: "Attachments", attachments }));
  expect(alone).toMatchObject(files);
  expect(new Set(alone.map(({ id }) => id)).size).toBe(2);
});

test("a route that fails is told, and one that passes a visitor on says where to, where its owner has named it", () => {
  expect(told(routed({ failureType: "RoutingError" }))).toMatchObject([{ type: "failed", reason: "vendor_refused" }]);
  const passedOn = (queueId?: string) => routed({ routingType: "Transfer", routingConfigurationDetails: { queueId } });
  expect(told(passedOn("00G1"), passedOn("00G2"), passedOn())).toMatchObject([{ to: "billing" }, { to: null }, { to: null }]);
  expect(told(routed({ routingType: "Transfer", failureType: "RoutingError" }), routed({ routingType: "Conference" }))).toEqual([]);
});

test("a wait and a place in the queue are told as far as they are known", () => {
  const wait = (estimatedWaitTimeInSeconds: number) => routed({ estimatedWaitTime: { isEWTRequested: true, estimatedWaitTimeInSeconds } });
  expect(told(wait(90), wait(-1), routed({}))).toMatchObject([{ type: "queue_moved", position: null, waitSeconds: 90 }]);
  expect(told(entry({ entryType: "QueuePosition", position: 3 }))).toMatchObject([{ type: "queue_moved", position: 3, waitSeconds: null }]);
});

test("a session that somebody was in has ended, one that nobody came to has found nobody, across two looks as in one", () => {
  expect(told(status("Waiting"), status("Inactive"))).toEqual([]);
  expect(told(status("Ended"))).toMatchObject([{ id: "over", type: "failed", reason: "nobody_available" }]);
  const { next } = newsSince(atFirst, [changed("add")], place);
  expect(newsSince(next, [status("Ended")], place).news).toMatchObject([{ id: "over", type: "ended" }]);
});

test("an entry that was told is told once, however often it comes", () => {
  const one = changed("add");
  const { next } = newsSince(atFirst, [one], place);
  expect(next).toMatchObject({ since: one.transcriptedTimestamp, someoneCame: true });
  expect(newsSince(next, [one], place)).toEqual({ news: [], next });
});

test("a session is over when the newest of its states says so", () => {
  expect(isOver([])).toBe(false);
  expect(isOver([status("Active"), status("Ended"), message({ formatType: "Text", text: "late" })])).toBe(true);
  expect(isOver([status("Ended"), status("Active")])).toBe(false);
});

test("what was said is known by the ids that its sender gave, and what was read is the newest of the agent's", () => {
  const [first, ours] = [message({ formatType: "Text", text: "one" }), message({ formatType: "Text", text: "two" }, { role: "EndUser" })];
  expect(namesIn([first, ours])).toEqual(new Set(["m-1"]));
  expect(newestOf([first, ours, status("Active")])).toBe(first.identifier);
  expect(newestOf([ours])).toBeNull();
});

test("of the stream, what is about another conversation or cannot be read is nothing", () => {
  const streamed = (data: object | string, type = "CONVERSATION_MESSAGE") =>
    entryIn({ type, data: typeof data === "string" ? data : JSON.stringify(data) }, "c-1");
  const one = message({ formatType: "Text", text: "Hi!" });
  const asText = { ...one, entryPayload: JSON.stringify(one.entryPayload) };
  expect(streamed({ conversationId: "c-1", conversationEntry: asText })).toEqual(asText);
  expect(told(asText)).toMatchObject([{ type: "agent_said", text: "Hi!" }]);
  expect(streamed({ conversationId: "c-2", conversationEntry: asText })).toBeNull();
  expect(streamed({ conversationId: "c-1" }, "CONVERSATION_CLOSE_CONVERSATION")).toBe("closed");
  for (const data of ["0", "not JSON", "{}"]) expect(streamed(data, "ping")).toBeNull();
});
