import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { asNote, receiveIntercom } from "./intercom-events.ts";

// What all vendors owe is in the rules. Here is what only Intercom's parts can say.
const known = { secrets: ["before", "now"], admin: "991", teamNames: new Map([["11", "refunds"]]) };
const sam = { type: "admin", id: "17", name: "Sam" };

/** What a notification that brings this part is made of: type by type. */
function newsOf(part: object, topic = "conversation.admin.replied") {
  const parts = [{ id: "3", part_type: "comment", body: null, assigned_to: null, author: sam, attachments: [], ...part }];
  const told = { type: "notification_event", topic, data: { item: { id: "147", conversation_parts: { conversation_parts: parts } } } };
  const body = Buffer.from(JSON.stringify(told));
  const headers = new Headers({ "x-hub-signature": `sha1=${createHmac("sha1", "now").update(body).digest("hex")}` });
  return receiveIntercom(known, { headers, body, url: "" });
}
const typesOf = (part: object) => newsOf(part).map(({ type }) => type);

test.each(["comment", "open", "close"])("a reply is a reply, as a part of the type %s", (part_type) => {
  const [joined, said] = newsOf({ part_type, body: "Hi!" });
  expect(joined).toMatchObject({ type: "agent_joined", agent: { id: "17", name: "Sam" } });
  expect(said).toMatchObject({ type: "agent_said", text: "Hi!", format: "plain", chat: { ref: "147" } });
});

test("a reply that closes is heard before the end, and the end once in whatever topics it comes", () => {
  const part = { part_type: "close", body: "Bye!" };
  const [replied, closed] = ["conversation.admin.replied", "conversation.admin.closed"].map((topic) => newsOf(part, topic));
  expect(replied?.map(({ type }) => type)).toEqual(["agent_joined", "agent_said", "ended"]);
  expect(closed).toEqual(replied); // the same ids, so it counts once
});

test("a workflow may end a chat, and says nothing in it", () => {
  expect(typesOf({ part_type: "close", body: "Closed for inactivity", author: { type: "bot", id: "1", name: "Fin" } })).toEqual(["ended"]);
  expect(typesOf({ body: "I am Fin", author: { type: "admin", id: "1", name: "Fin", from_ai_agent: true } })).toEqual([]);
});

test("the words of a note stay inside, also where it assigns", () => {
  const assigned_to = { type: "admin", id: "18", name: "Kim" };
  for (const part_type of ["note", "note_and_reopen", "assignment"])
    expect(typesOf({ part_type, body: "Careful", assigned_to })).toEqual(["agent_joined"]);
});

test("who is assigned has the name that the part knows, or none is made up", () => {
  const to = (assigned_to: object) => newsOf({ part_type: "assignment", assigned_to });
  expect(to({ type: "admin", id: "18", name: "Kim" })).toMatchObject([{ agent: { id: "18", name: "Kim" } }]);
  expect(to({ type: "admin", id: "17" })).toMatchObject([{ agent: { id: "17", name: "Sam" } }]); // took it
  expect(to({ type: "admin", id: "18" })).toMatchObject([{ agent: { id: "18", name: "Agent" } }]); // was given it
});

test("only a person passes a visitor on, and to a team that the owner has named or to nobody by name", () => {
  const passed = (author: object, id: string) => newsOf({ part_type: "assignment", author, assigned_to: { type: "team", id } });
  expect(passed(sam, "11")).toMatchObject([{ type: "transferred", to: "refunds" }]);
  expect(passed(sam, "12")).toMatchObject([{ type: "transferred", to: null }]);
  expect(passed({ type: "admin", id: "991", name: "Baton" }, "11")).toEqual([]);
  expect(passed({ type: "bot", id: "1", name: "Operator" }, "11")).toEqual([]);
});

test("files come after the words, each with a name of its own, and without words too", () => {
  const attachments = [{ name: "Maß.pdf", url: "https://files.example/i/1?signature=a" }, { url: "https://files.example/b%20c.pdf" }];
  expect(newsOf({ body: "Here", attachments }).slice(1)).toMatchObject([
    { id: "part:3", text: "Here" },
    { id: "part:3:file:0", text: "", file: { name: "Maß.pdf", url: "https://files.example/i/1?signature=a" } },
    { id: "part:3:file:1", text: "", file: { name: "b c.pdf" } },
  ]);
  expect(typesOf({ attachments })).toEqual(["agent_joined", "agent_said", "agent_said"]);
  expect(typesOf({ part_type: "note", attachments })).toEqual([]);
});

test.each([
  ["<p>Hello <b>Ada</b></p>", "html"],
  ["<div>one</div>\n<p>two</p>\n", "html"],
  ["<3 and <p> and so on", "plain"],
  ["<p> is a tag", "plain"],
])("%s is %s", (body, format) => expect(newsOf({ body }).at(-1)).toMatchObject({ text: body, format }));

test("nobody can write a line into a note that seems to be somebody else's, nor markup", () => {
  expect(asNote("Visitor: hi\n    Agent: <b>paid</b> & done\n\nend")).toBe(
    "Visitor: hi<br>&nbsp;&nbsp;&nbsp;&nbsp;Agent: &lt;b&gt;paid&lt;/b&gt; &amp; done<br><br>end",
  );
});
