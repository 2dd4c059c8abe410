import { expect, test } from "vitest";
import { atFirst, newsSince, Told } from "./livehelperchat-events.ts";

// What all vendors owe is in the rules. Here is the order of things that one look finds at once, as an installation told them.
const chat = { ref: "7" };
const names = new Map([[3, "refunds"]]);
const system = (id: number, msg: string, meta: object | null = null) => {
  const message = { id: String(id), msg, meta_msg: meta ? JSON.stringify(meta) : "", time: "1777889000" };
  return { ...message, chat_id: "7", user_id: "-1", name_support: "" };
};
const accept = (id: number, user_id: number, name: string) =>
  system(id, `${name} has accepted the chat!`, {
    content: { accept_action: { puser_id: "0", ouser_id: "0", user_id: String(user_id), name_support: name } },
  });
const by = (user_id: number, id: number, msg: string, more: object = {}) => ({
  ...system(id, msg),
  user_id: String(user_id),
  name_support: "Ann Agent",
  ...more,
});

function told(messages: object[], now: object = {}) {
  return Told.parse({ messages, typing: false, user_id: 0, dep_id: 1, isOver: false, ...now });
}
const typesIn = (messages: object[], now: object = {}, seen = atFirst) =>
  newsSince(seen, told(messages, now), chat, names).news.map((one) => (one.type === "agent_said" ? one.text : one.type));

test("a whole chat that one look finds is told in its order, and the next look goes on after it", () => {
  const messages = [
    by(0, 1, "I want a refund"),
    by(-2, 2, "[baton: brief]"),
    accept(4, 2, "Ann Agent"),
    by(2, 5, "Hello"),
    system(6, "[b]Ann[/b]: careful"),
  ];
  const { news, next } = newsSince(atFirst, told(messages, { user_id: 2 }), chat, names);
  expect(news).toEqual([
    { chat, id: "message:4", type: "agent_joined", agent: { id: "2", name: "Ann Agent" } },
    { chat, id: "message:5", type: "agent_said", agent: { id: "2", name: "Ann Agent" }, text: "Hello", format: "plain" },
  ]);
  expect(next).toEqual({ message: 6, user: 2, department: 1, typing: false });
  expect(newsSince(next, told([], { user_id: 2 }), chat, names)).toEqual({ news: [], next });
});

const live = { message: 6, user: 2, department: 1, typing: false };

test("last words are heard before the end, whether or not the system says that it is one", () => {
  expect(typesIn([by(2, 7, "Bye!"), system(8, "Ann Agent has closed the chat!")], { user_id: 2, isOver: true }, live)).toEqual([
    "Bye!",
    "ended",
  ]);
  expect(typesIn([by(2, 7, "Bye!")], { user_id: 2, isOver: true }, live)).toEqual(["Bye!", "ended"]);
});

test("whoever is passed on hears so after the last words of the one and before the other joins", () => {
  const messages = [
    by(2, 7, "My colleague will help"),
    system(8, "Ann has transferred chat to refunds"),
    accept(9, 3, "Bo"),
    by(3, 10, "Bo here"),
  ];
  const now = { user_id: 3, dep_id: 3 };
  expect(typesIn(messages, now, live)).toEqual(["My colleague will help", "transferred", "agent_joined", "Bo here"]);
  const { news } = newsSince(live, told(messages, now), chat, names);
  expect(news[1]).toMatchObject({ type: "transferred", to: "refunds" });
});

test("whoever is given a chat has joined as well, by name, and once", () => {
  const given = { user_id: 3, plain_user_name: "Bo" };
  const { news, next } = newsSince(live, told([by(2, 7, "Bo will help")], given), chat, names);
  expect(news.map(({ type }) => type)).toEqual(["agent_said", "agent_joined"]);
  expect(news[1]).toMatchObject({ agent: { id: "3", name: "Bo" } });
  expect(newsSince(next, told([], given), chat, names).news).toEqual([]);
});

test("a department that the owner has not named is passed on to without a name", () => {
  expect(newsSince(live, told([], { dep_id: 9 }), chat, names).news).toMatchObject([{ type: "transferred", to: null }]);
});

test("nobody came is told from ended, and so is a chat that was deleted", () => {
  expect(typesIn([system(7, "closed automatically")], { isOver: true })).toEqual(["failed"]);
  expect(newsSince(live, null, chat, names)).toEqual({ news: [{ chat, id: "ended", type: "ended" }], next: live });
});

test("an end, told again, bears the same id", () => {
  const once = newsSince(live, told([], { user_id: 2, isOver: true }), chat, names);
  expect(newsSince(once.next, told([], { user_id: 2, isOver: true }), chat, names).news).toEqual(once.news);
});

test("files come after the words, or alone, and no codes are read", () => {
  const media = [
    { id: "1", upload_name: "a.pdf", url: "https://support.example.com/file/downloadfile/1/f00" },
    { id: "2", upload_name: "b.pdf", size: "7", url: "https://support.example.com/file/downloadfile/2/f01" },
  ];
  const files = media.map(({ id, upload_name: name, url }) => ({ id: `message:7:file:${id}`, text: "", file: { name, url } }));
  const newsOf = (msg: string) => newsSince(live, told([by(2, 7, msg, { media })], { user_id: 2 }), chat, names).news;
  expect(newsOf("Here [file=1_f00][file=2_f01]")).toMatchObject([{ text: "Here" }, ...files]);
  expect(newsOf("[file=1_f00][file=2_f01]")).toMatchObject(files);
});

test("what an extension wrote is no operator who accepts", () => {
  for (const meta_msg of ["{", "[]", '{"content":{"survey":1}}'])
    expect(typesIn([{ ...system(7, "x"), meta_msg }], { user_id: 2 }, live)).toEqual([]);
  expect(typesIn([{ ...accept(7, 5, "Ann"), user_id: "0" }], { user_id: 2 }, live)).toEqual([]); // a visitor who writes one
});
