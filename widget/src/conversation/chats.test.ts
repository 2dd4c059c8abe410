import { expect, test, vi } from "vitest";
import { createTestClock, hello, problem, reply, said, settle, site } from "../connection/rehearsal.ts";
import { type Chat, createChats } from "./chats.ts";
import { createMemory } from "./memory.ts";
import { createTestStorage } from "./test-storage.ts";
import { began, tab, together, twoTabs } from "./test-tab.ts";

/** Two tabs of one browser that show the same chat, the first leading. Each chat after it is another on the bridge. */
async function chatInTwoTabs() {
  const { first, second } = await twoTabs();
  first.stream()?.send(hello(1), said(1, "assistant", "Hello!"));
  await together(first, second);
  let begun = 1;
  for (const { network } of [first, second])
    network.answers.conversations = () => reply({ ...began, conversation: `c${(begun += 1)}` }, 201);
  const lines = () =>
    [...first.network.to("lines"), ...second.network.to("lines")].map(({ path, body }) => [path, (body as { text: string }).text]); // Say
  const conversations = () => [first, second].map(({ chat }) => chat.session.value?.conversation);
  return { first, second, lines, conversations };
}

test("F29 the latest chat is the one there is, in whatever order a tab hears of them, and begun rather than about to", () => {
  const one: Chat = { at: 1, key: "one", conversation: "c1", token: "t", site };
  const two: Chat = { at: 2, key: "two" };
  const begun: Chat = { at: 2, key: "two", conversation: "c2", token: "t", site };
  const left: Chat = { at: 3, key: "", left: "erased" };
  for (const [told, is] of [
    [[one, two, begun], begun],
    [[begun, two, one], begun],
    [[two, one], two],
    [[left, begun, one, two], left],
  ] as const) {
    const turns: Chat[] = [];
    const memory = createMemory("shop", createTestStorage);
    const chats = createChats(memory, createTestClock(), (to) => turns.push(to));
    told.forEach(chats.lookUp);
    expect([chats.chat.value, turns.at(-1)]).toEqual([is, is]);
  }
});

test("F29 the next chat is later than the one before even if the visitor's clock goes backwards", () => {
  const chats = createChats(createMemory("shop", createTestStorage), createTestClock(), () => {});
  const before: Chat = { at: Number.MAX_SAFE_INTEGER / 2, key: "before" };
  chats.lookUp(before);
  chats.makeNext();
  chats.lookUp(before);
  expect(chats.chat.value.key).not.toBe("before");
});

test("F29 what a tab is told when the memory knows better is passed over: its lines are those of the later chat", () => {
  const storage = createTestStorage();
  const memory = createMemory("shop", () => storage);
  const turns: Chat[] = [];
  const chats = createChats(memory, createTestClock(), (to) => turns.push(to));
  memory.write("session", { at: 2, key: "two" });
  chats.lookUp({ at: 1, key: "", left: "signed_out" });
  expect(turns).toEqual([{ at: 2, key: "two" }]);
});

test("F29 what a tab tells of a chat that was left is no news of the next", async () => {
  const { first, second } = await chatInTwoTabs();
  const chat = createMemory("shop", () => first.storage).read("session");
  first.chat.startNew();
  await together(first, second);
  const channel = new BroadcastChannel("baton:shop:1");
  for (const news of [
    { type: "pressed", line: { id: "old", text: "old", at: 1 } },
    { type: "over", code: "not_found" },
    { type: "heard", messages: [hello(1), said(1, "agent", "old")], upTo: 1 },
  ])
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin than its own
    channel.postMessage({ chat, news, needsAnswer: false });
  await together(first, second);
  channel.close();
  for (const { chat, shown } of [first, second])
    expect([chat.session.value?.conversation, chat.waiting.value, chat.over.value, shown()]).toEqual(["c2", [], null, []]);
});

test("F29 a tab that comes to lead before it has heard of the next chat says nothing of it in the last", async () => {
  const first = tab();
  first.chat.begin();
  await together(first);
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      addEventListener() {}
      postMessage() {}
      close() {}
    },
  ); // what is told arrives later
  const second = tab(first.storage);
  vi.unstubAllGlobals();
  await together(first, second);
  first.network.answers.conversations = () => reply({ ...began, conversation: "c2" }, 201);
  first.network.answers.lines = () => Promise.reject(new TypeError("offline"));
  first.chat.startNew();
  await together(first, second);
  first.chat.say("next");
  first.chat.close();
  await together(second);
  expect(second.network.to("lines").map(({ path }) => path)).toEqual(["/v1/conversations/c2/lines"]);
});

test("F29 a line pressed in the moment in which another tab leaves the chat is said in no other: it is to be said again, or not", async () => {
  const { first, second, lines, conversations } = await chatInTwoTabs();
  first.chat.startNew();
  second.chat.say("too late"); // what it answers is still on the screen
  await together(first, second);
  expect([second.chat.draft.value, conversations(), lines()]).toEqual(["too late", ["c2", "c2"], []]);
  second.chat.write("");
  second.chat.say("just in time");
  first.network.answers.lines = () => Promise.reject(new TypeError("offline"));
  first.chat.startNew();
  await together(first, second);
  expect([first.chat.draft.value, second.chat.draft.value, conversations()]).toEqual(["just in time", "", ["c3", "c3"]]);
  expect([first.chat.waiting.value, second.chat.waiting.value, lines()]).toEqual([[], [], []]);
});

test("a line that is pressed where no chat was shown yet is said in the one that another tab has begun", async () => {
  const first = tab();
  await together(first);
  const second = tab(first.storage);
  first.chat.begin();
  second.chat.say("hi");
  await together(first, second);
  const asked = (what: string) => first.network.to(what).length + second.network.to(what).length;
  expect([asked("conversations"), asked("lines"), second.chat.draft.value]).toEqual([1, 1, ""]);
});

test("a refusal that comes when its chat has been left is none of the next: it goes on", async () => {
  const { first, second, conversations } = await chatInTwoTabs();
  let answer: (response: Response) => void = () => {};
  first.network.answers.lines = () => new Promise((resolve) => (answer = resolve));
  first.chat.say("on its way");
  await settle();
  second.chat.startNew();
  await together(first, second);
  answer(problem(401, "unauthorized"));
  await together(first, second);
  expect([conversations(), first.chat.over.value, second.chat.over.value]).toEqual([["c2", "c2"], null, null]);
});

test("what is seen in a tab that has yet to hear of the next chat is not seen in that one", async () => {
  const { first, second } = await chatInTwoTabs();
  first.chat.startNew();
  second.chat.look();
  expect(createMemory("shop", () => first.storage).read("seen")).toBeNull();
});

test("what was seen and refused in a chat is forgotten with it", async () => {
  const { first, second } = await chatInTwoTabs();
  first.chat.look();
  first.network.answers.handoff = () => problem(429, "too_fast", 60);
  first.chat.askForPerson();
  await together(first, second);
  expect([first.chat.unread.value, first.chat.refusedWish("handoff")]).toEqual([0, "too_fast"]);
  first.chat.startNew();
  await together(first, second);
  first.stream()?.send(hello(1), said(1, "assistant", "Hello again!"));
  await settle();
  expect([first.chat.unread.value, first.chat.refusedWish("handoff")]).toEqual([1, null]);
});

test("a chat that was wanted on a page before begins when a tab wants it, whichever leads", async () => {
  const storage = createTestStorage();
  createMemory("shop", () => storage).write("session", { at: 1, key: "wanted" });
  const leading = tab(storage);
  await together(leading);
  const other = tab(storage);
  await together(leading, other);
  expect(leading.network.to("conversations")).toEqual([]);
  other.chat.begin();
  await together(leading, other);
  expect(leading.network.to("conversations").map(({ body }) => body)).toMatchObject([{ key: "wanted" }]);
});

test("T12 who signs out in a tab that has yet to hear of the next chat leaves that one", async () => {
  const { first, second } = await chatInTwoTabs();
  const memory = createMemory("shop", () => first.storage);
  memory.write("session", { at: Number.MAX_SAFE_INTEGER / 2, key: "next", ...began, conversation: "c9" });
  second.chat.signOut();
  await together(first, second);
  expect(second.network.to("leave").map(({ path }) => path)).toEqual(["/v1/conversations/c9/leave"]);
  expect([first, second].map(({ chat }) => chat.session.value)).toEqual([null, null]);
});

test("a person who was asked for in a chat that never began is not asked for in the next visitor's", async () => {
  const { chat, clock, network } = tab();
  network.answers.conversations = () => Promise.reject(new TypeError("offline"));
  chat.askForPerson();
  await together({ clock });
  chat.signOut();
  network.answers.conversations = () => reply(began, 201);
  chat.begin();
  await clock.pass(30_000);
  expect([chat.session.value?.conversation, network.to("handoff")]).toEqual(["c1", []]);
});

test.each([
  ["answer", "not heard of", () => reply({ ...began, conversation: "left" }, 201)],
  ["refusal", "heard of", () => problem(403, "forbidden_origin")],
])("the %s to a beginning that was left in the meantime is none to the next, %s", async (_, when, late) => {
  const { first, second, conversations } = await chatInTwoTabs();
  const answers: ((response: Response) => void)[] = [];
  first.network.answers.conversations = () => new Promise((resolve) => answers.push(resolve));
  first.chat.startNew();
  await together(first, second);
  second.chat.startNew();
  if (when === "heard of") await together(first, second);
  answers[0]?.(late());
  await together(first, second);
  expect([conversations(), first.chat.over.value]).toEqual([[undefined, undefined], null]);
  answers[1]?.(reply({ ...began, conversation: "next" }, 201));
  await together(first, second);
  expect(conversations()).toEqual(["next", "next"]);
});

test("a chat that was deleted when another had begun in its place takes that one not along", async () => {
  const { first, second, conversations } = await chatInTwoTabs();
  let answer: (response: Response) => void = () => {};
  first.network.answers["c1"] = () => new Promise((resolve) => (answer = resolve));
  void first.chat.erase();
  await settle();
  second.chat.startNew();
  answer(new Response(null, { status: 204 }));
  await together(first, second);
  expect([conversations(), first.chat.isErased.value]).toEqual([["c2", "c2"], false]);
});

test("T12 a line pressed in a tab that has yet to hear of the signing out is nobody's", async () => {
  const { first, second, lines } = await chatInTwoTabs();
  first.network.answers.lines = () => Promise.reject(new TypeError("offline"));
  first.chat.signOut();
  second.chat.say("my card is");
  await together(first, second);
  expect([first, second].map(({ chat }) => [chat.waiting.value, chat.draft.value])).toEqual([
    [[], ""],
    [[], ""],
  ]);
  second.chat.startNew();
  await together(first, second);
  expect([lines(), createMemory("shop", () => first.storage).lines()]).toEqual([[], []]);
});
