import type { EntryBody } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { entry, hello, problem, reply, said, settle } from "../connection/rehearsal.ts";
import { createMemory } from "./memory.ts";
import { began, tab, together, twoTabs } from "./test-tab.ts";

const phaseTo = (phase: Extract<EntryBody, { type: "phase_changed" }>["phase"]): EntryBody => ({ type: "phase_changed", phase });

test("nothing is sent before the visitor wants to chat", async () => {
  const { clock, network } = tab();
  await clock.pass(60_000);
  expect(network.asked).toEqual([]);
});

test("a begin whose answer was lost is repeated with the same key, and so are the lines behind it", async () => {
  const { chat, clock, network } = tab();
  network.answers.conversations = () => Promise.reject(new TypeError("offline"));
  chat.begin();
  chat.say("hello");
  await clock.pass(3_000);
  network.answers.conversations = () => reply(began, 201);
  await clock.pass(30_000);
  const keys = network.to("conversations").map(({ body }) => (body as { key: string }).key); // Begin
  expect(keys.length).toBeGreaterThan(1);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\w-]{43}$/);
  expect(network.to("lines").map(({ body }) => body)).toEqual([{ id: expect.stringMatching(/^[\da-f-]{36}$/), text: "hello" }]);
});

test("F30 after a reload the conversation goes on where it was: no second begin, draft and unsent line kept", async () => {
  const before = tab();
  before.chat.begin();
  await together(before);
  before.network.answers.lines = () => Promise.reject(new TypeError("offline"));
  before.chat.say("unsent");
  before.chat.write("half a sen");
  await before.clock.pass(500);
  before.chat.close();
  await settle();

  const after = tab(before.storage);
  await together(after);
  expect(after.network.to("conversations")).toEqual([]);
  expect(after.chat.draft.value).toBe("half a sen");
  expect(after.network.to("lines").map(({ body }) => body)).toMatchObject([{ text: "unsent" }]);
  after.stream()?.send(hello(1), said(1, "assistant", "Hello!"));
  await settle();
  expect(after.shown()).toEqual(["Hello!"]);
});

test("I-2 a line and its entry are one line, whichever is heard first", async () => {
  const { chat, clock, network, stream, shown } = tab();
  chat.begin();
  await together({ clock });
  stream()?.send(hello(0));
  chat.say("hi");
  await together({ clock });
  const id = (network.to("lines")[0]!.body as { id: string }).id; // Say
  expect(chat.waiting.value).toMatchObject([{ text: "hi", state: "sent" }]);
  stream()?.send(said(1, "visitor", "hi", id));
  await settle();
  expect([shown(), chat.waiting.value]).toEqual([["hi"], []]);
});

test("a long history is shown at once, not line by line", async () => {
  const { chat, clock, stream, shown } = tab();
  chat.begin();
  await together({ clock });
  stream()?.send(hello(3), said(1, "assistant", "one"), said(2, "assistant", "two"));
  await settle();
  expect([shown(), chat.isCaughtUp.value]).toEqual([[], false]);
  stream()?.send(said(3, "assistant", "three"));
  await settle();
  expect([shown(), chat.isCaughtUp.value]).toEqual([["one", "two", "three"], true]);
});

test("the assistant is shown as writing while it owes an answer, and the bridge can be reached that will say if none comes", async () => {
  const { chat, clock, network, stream } = tab();
  chat.begin();
  await together({ clock });
  stream()?.send(hello(2), said(1, "assistant", "Hello!"), said(2, "visitor", "hi"));
  await settle();
  expect(chat.assistantThinks.value).toBe(true);
  stream()?.send(entry(3, { type: "answer_lost", to: "id-2", why: "unavailable" }));
  await settle();
  expect(chat.assistantThinks.value).toBe(false);
  stream()?.send(said(4, "visitor", "hm"));
  await settle();
  expect(chat.assistantThinks.value).toBe(true);
  network.answers["entries"] = () => new Response(null, { status: 502 });
  stream()?.end();
  await clock.pass(3_000);
  expect(chat.assistantThinks.value).toBe(false);
});

test("a person's typing is forgotten after 6 s, or when the line arrives, or another person is to take over", async () => {
  const { chat, clock, stream } = tab();
  chat.begin();
  await together({ clock });
  stream()?.send(hello(1), entry(1, phaseTo("live")), { type: "typing", by: "agent", on: true });
  await settle();
  expect(chat.agentTypes.value).toBe(true);
  await clock.pass(6_100);
  expect(chat.agentTypes.value).toBe(false);
  for (const next of [said(2, "agent", "Hi"), entry(3, { type: "transferred", to: "Returns" })]) {
    stream()?.send({ type: "typing", by: "agent", on: true });
    await settle();
    expect(chat.agentTypes.value).toBe(true);
    stream()?.send(next);
    await settle();
    expect(chat.agentTypes.value).toBe(false);
  }
});

test("what a person has read is what had been said then, and is forgotten with the chat", async () => {
  const { chat, clock, stream } = tab();
  chat.begin();
  await together({ clock });
  stream()?.send(hello(2), entry(1, phaseTo("live")), said(2, "visitor", "Hello"));
  await settle();
  expect(chat.agentRead.value).toBe(0);
  stream()?.send({ type: "read", by: "agent" }, said(3, "visitor", "Still there?"));
  await settle();
  expect(chat.agentRead.value).toBe(2);
  chat.startNew();
  expect(chat.agentRead.value).toBe(0);
});

test("what is seen is told once, to a person and nobody else, and counts as read in the next page too", async () => {
  const { chat, clock, network, stream, storage } = tab();
  chat.begin();
  await together({ clock });
  stream()?.send(hello(2), said(1, "assistant", "one"), said(2, "assistant", "two"));
  await settle();
  expect(chat.unread.value).toBe(2);
  chat.look();
  await settle();
  expect([chat.unread.value, network.to("read")]).toEqual([0, []]);
  stream()?.send(entry(3, phaseTo("live")), said(4, "agent", "three"));
  await settle();
  for (const _ of [1, 2]) chat.look();
  await settle();
  expect([chat.unread.value, network.to("read").map(({ body }) => body)]).toEqual([0, [{ seq: 4 }]]);
  expect(createMemory("shop", () => storage).read("seen")).toBe(4);
});

test("a chat that is over says so; a new one takes along what was not sent", async () => {
  const { chat, clock, network } = tab();
  chat.begin();
  await together({ clock });
  network.answers.lines = () => problem(401, "unauthorized");
  chat.write("draft");
  chat.say("unsent");
  await together({ clock });
  expect(chat.over.value).toBe("unauthorized");
  chat.startNew();
  await together({ clock });
  const keys = network.to("conversations").map(({ body }) => (body as { key: string }).key); // Begin
  expect(new Set(keys).size).toBe(2);
  expect([chat.over.value, chat.draft.value, chat.waiting.value]).toEqual([null, "draft\nunsent", []]);
});

test("asking for a person again after a lost answer is the same request", async () => {
  const { chat, clock, network } = tab();
  chat.begin();
  await together({ clock });
  network.answers.handoff = () => Promise.reject(new TypeError("offline"));
  chat.askForPerson();
  await settle();
  expect(chat.refusedWish("handoff")).toBe("unreachable");
  network.answers.handoff = () => new Response(null, { status: 204 });
  chat.askForPerson();
  await settle();
  expect(chat.refusedWish("handoff")).toBeNull();
  const ids = network.to("handoff").map(({ body }) => (body as { id: string }).id); // AskForPerson
  expect(new Set(ids).size).toBe(1);
});

test("F29 two tabs: one begin, one stream, the same list in both", async () => {
  const first = tab();
  await together(first);
  const second = tab(first.storage);
  await together(first, second);
  second.chat.begin();
  first.chat.begin();
  await together(first, second);
  first.stream()?.send(hello(2), said(1, "assistant", "one"), said(2, "assistant", "two"));
  await together(first, second);
  first.stream()?.send(said(3, "agent", "three"));
  await together(first, second);
  expect(first.network.to("conversations").length + second.network.to("conversations").length).toBe(1);
  expect(second.network.to("entries")).toEqual([]);
  expect(second.shown()).toEqual(["one", "two", "three"]);
  expect(second.shown()).toEqual(first.shown());
});

test("F29 a line pressed in the second tab goes out once, and both tabs know", async () => {
  const { first, second } = await twoTabs();
  first.stream()?.send(hello(0));
  second.chat.say("from the second");
  await together(first, second);
  expect([first.network.to("lines").length, second.network.to("lines").length]).toEqual([1, 0]);
  expect(second.chat.waiting.value).toMatchObject([{ text: "from the second", state: "sent" }]);
});

test("I-2 a line whose entry is here before another tab has told of it is not waited for again", async () => {
  const { first: leading, second: other } = await twoTabs();
  leading.stream()?.send(hello(0));
  other.chat.say("overtaken");
  leading.stream()?.send(said(1, "visitor", "overtaken", other.chat.waiting.value[0]!.id)); // by a tab that sent it alone
  await settle();
  await together(leading, other);
  for (const { shown, chat } of [leading, other]) expect([shown(), chat.waiting.value]).toEqual([["overtaken"], []]);
  expect(leading.network.to("lines")).toEqual([]);
});

test("F29 a tab that was away when something was told notices, and asks for it", async () => {
  const { first: leading, second: other } = await twoTabs();
  leading.stream()?.send(hello(0));
  await together(leading, other);
  const asked: unknown[] = [];
  const channel = new BroadcastChannel("baton:shop:1");
  channel.addEventListener("message", ({ data }: MessageEvent<{ news: unknown }>) => asked.push(data.news));
  const chat = createMemory("shop", () => leading.storage).read("session");
  const news = { type: "heard", messages: [said(2, "agent", "two")], upTo: 2 };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin than its own
  channel.postMessage({ chat, news, needsAnswer: false });
  await together(leading, other);
  channel.close();
  expect(asked).toContainEqual({ type: "asked", after: 0 });
});

test("F29 when the leading tab closes, the other goes on from where it was", async () => {
  const { first, second } = await twoTabs();
  first.stream()?.send(hello(1), said(1, "assistant", "one"));
  await together(first, second);
  first.chat.close();
  await together(second);
  expect(second.network.to("entries").map(({ path }) => path)).toEqual(["/v1/conversations/c1/entries?after=1"]);
});

test("F32 a leading tab that the browser has put to sleep is replaced as soon as another needs it", async () => {
  // Asleep: it holds the lock and gives no sign of life.
  const held = navigator.locks.request("baton:shop:1", () => new Promise(() => {})).catch((error: Error) => error.name);
  const awake = tab();
  await together(awake);
  awake.chat.begin();
  awake.chat.say("hello");
  await together(awake);
  expect(awake.network.asked).toEqual([]);
  await awake.clock.pass(1_500);
  await together(awake);
  expect(awake.network.to("lines").length).toBe(1);
  expect(await held).toBe("AbortError");
});

test("F29 a new chat in one tab is a new chat in all", async () => {
  const { first, second } = await twoTabs();
  first.stream()?.send(hello(1), said(1, "assistant", "old"));
  await together(first, second);
  first.network.answers.conversations = () => reply({ ...began, conversation: "c2" }, 201);
  second.chat.startNew();
  await together(first, second);
  first.stream()?.send(hello(1), said(1, "assistant", "new"));
  await together(first, second);
  expect([first.shown(), second.shown()]).toEqual([["new"], ["new"]]);
  expect(second.chat.session.value?.conversation).toBe("c2");
});

test("F37 what a newer bridge says beside what this page knows is passed over, and the rest is shown", async () => {
  const { chat, clock, stream, shown } = tab();
  chat.begin();
  await together({ clock });
  const unknown = { future: [1, "two"] };
  stream()?.send(
    { ...hello(3), ...unknown },
    { ...said(1, "assistant", "Hello!"), ...unknown },
    { type: "horoscope", ...unknown } as never, // no message of this version
    entry(2, { type: "sung", ...unknown } as never), // no entry of it either
    entry(3, { type: "said", id: "3", by: "assistant", text: "Still here", format: "plain", ...unknown } as never),
  );
  await settle();
  expect(shown()).toEqual(["Hello!", "Still here"]);
});
