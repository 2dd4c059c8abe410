import { expect, test } from "vitest";
import { entry, hello, problem, reply, settle } from "../connection/rehearsal.ts";
import { createTestStorage } from "./test-storage.ts";
import { began, tab, together } from "./test-tab.ts";

const keysOf = ({ network }: ReturnType<typeof tab>) => network.to("conversations").map(({ body }) => (body as { key: string }).key); // Begin

test("a key that the bridge finds too old is replaced, and the chat begins", async () => {
  const visitor = tab();
  const { chat, clock, network } = visitor;
  network.answers.conversations = ({ body }) =>
    (body as { key: string }).key === keysOf(visitor)[0] ? problem(409, "conflict") : reply(began, 201); // Begin
  chat.begin();
  await together({ clock });
  expect(chat.isReachable.value).toBe(true);
  await clock.pass(30_000);
  expect(new Set(keysOf(visitor)).size).toBe(2);
  expect(chat.session.value?.conversation).toBe("c1");
});

test("a bridge that is busy is not one that cannot be reached: the chat begins as soon as it may", async () => {
  const { chat, clock, network } = tab();
  network.answers.conversations = () => problem(429, "too_fast", 60);
  chat.begin();
  await together({ clock });
  expect([chat.isReachable.value, chat.isHeldBack.value]).toEqual([true, true]);
  network.answers.conversations = () => reply(began, 201);
  await clock.pass(58_000);
  expect(network.to("conversations").length).toBe(1);
  await clock.pass(4_000);
  expect([chat.session.value?.conversation, chat.isHeldBack.value]).toEqual(["c1", false]);
});

test("a person who is asked for before there is a chat is asked for once there is one", async () => {
  const { chat, clock, network } = tab();
  chat.askForPerson();
  await together({ clock });
  expect(network.to("handoff").map(({ path }) => path)).toEqual(["/v1/conversations/c1/handoff"]);
  expect(chat.refusedWish("handoff")).toBeNull();
});

test("who starts anew leaves the chat before; one that has ended need not be left", async () => {
  const { chat, clock, network, stream } = tab();
  chat.begin();
  await together({ clock });
  network.answers.conversations = () => reply({ ...began, conversation: "c2" }, 201);
  chat.startNew();
  await together({ clock });
  stream()?.send(hello(1, "ended"), entry(1, { type: "phase_changed", phase: "ended", by: "agent" }));
  await settle();
  chat.startNew();
  await together({ clock });
  expect(network.to("leave").map(({ path }) => path)).toEqual(["/v1/conversations/c1/leave"]);
});

test("where tabs share nothing, a tab that is closed asks for nothing more", async () => {
  const storage = createTestStorage();
  storage.refuse("writing");
  const { chat, clock, network } = tab(storage);
  network.answers.conversations = () => Promise.reject(new TypeError("offline"));
  chat.begin();
  await clock.pass(500);
  const asked = network.asked.length;
  expect(asked).toBeGreaterThan(0);
  chat.close();
  network.answers.conversations = () => reply(began, 201);
  await clock.pass(60_000);
  expect(network.asked.length).toBe(asked);
});

test("a chat whose beginning is answered after the tab was closed is not followed", async () => {
  const storage = createTestStorage();
  storage.refuse("writing");
  const { chat, clock, network } = tab(storage);
  let answer: (response: Response) => void = () => {};
  network.answers.conversations = () => new Promise((resolve) => (answer = resolve));
  chat.begin();
  await clock.pass(100);
  chat.close();
  answer(reply(began, 201));
  await clock.pass(1_000);
  expect(network.to("entries")).toEqual([]);
});
