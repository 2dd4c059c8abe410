import { expect, test } from "vitest";
import { hello, problem, settle } from "../connection/rehearsal.ts";
import { tab } from "./test-tab.ts";

// What is said while a chat is on its way.

test("what kept one chat from its bridge is not said of the next, which nobody may want", async () => {
  const { chat, clock, network } = tab();
  network.answers.conversations = () => Promise.reject(new TypeError("offline"));
  chat.begin();
  await clock.pass(500);
  expect(chat.isReachable.value).toBe(false);
  chat.signOut();
  await clock.pass(60_000);
  expect([chat.isReachable.value, chat.isSlow.value]).toEqual([true, false]);
});

test("that a chat connects is worth saying after a second, not before, and no longer than it does", async () => {
  const { chat, clock, stream } = tab();
  await clock.pass(5_000);
  chat.begin();
  await clock.pass(900);
  expect(chat.isSlow.value).toBe(false);
  await clock.pass(200);
  expect(chat.isSlow.value).toBe(true);
  stream()?.send(hello(0));
  await settle();
  expect(chat.isSlow.value).toBe(false);
  chat.startNew();
  await clock.pass(500);
  expect([chat.isCaughtUp.value, chat.isSlow.value]).toEqual([false, false]);
});

test("a bridge that asks for the visitor's consent has been reached", async () => {
  const { chat, clock, network } = tab();
  network.answers.conversations = () => Promise.reject(new TypeError("offline"));
  chat.begin();
  await clock.pass(500);
  expect(chat.isReachable.value).toBe(false);
  network.answers.conversations = () => problem(403, "consent_required");
  await clock.pass(60_000);
  expect([chat.isReachable.value, chat.consent.value]).toEqual([true, ""]);
});
