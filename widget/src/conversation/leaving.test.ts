import { expect, test } from "vitest";
import { said, hello } from "../connection/rehearsal.ts";
import { createMemory } from "./memory.ts";
import { together, twoTabs } from "./test-tab.ts";

/** Two tabs of one browser, the first leading, with a chat under way. */
async function chatInTwoTabs() {
  const { first, second } = await twoTabs();
  first.stream()?.send(hello(1), said(1, "assistant", "Hello!"));
  await together(first, second);
  const begun = () => [...first.network.to("conversations"), ...second.network.to("conversations")].length;
  return { first, second, begun };
}

test("erased in one tab a chat is shown as erased in all, and no tab begins another by itself, not even when it comes to lead", async () => {
  const { first, second, begun } = await chatInTwoTabs();
  await first.chat.erase();
  await together(first, second);
  expect([first.chat.isErased.value, second.chat.isErased.value, second.shown()]).toEqual([true, true, []]);
  second.chat.begin(); // as whoever touches the panel does
  first.chat.close();
  await together(second);
  expect(begun()).toBe(1);
  second.chat.startNew();
  await together(second);
  expect([begun(), second.chat.isErased.value]).toEqual([2, false]);
});

test("who begins another in one tab has it in the tab that has erased the last, too", async () => {
  const { first, second } = await chatInTwoTabs();
  await first.chat.erase();
  await together(first, second);
  second.chat.startNew();
  await together(first, second);
  expect([first.chat.isErased.value, second.chat.isErased.value]).toEqual([false, false]);
  expect(first.chat.session.value).not.toBeNull();
});

test("T12 who signs out in one tab begins nothing in another, and the bridge is told that no token is to open the chat any more", async () => {
  const { first, second, begun } = await chatInTwoTabs();
  const memory = createMemory("shop", () => first.storage);
  memory.write("consent", "to everything");
  first.chat.write("my card is");
  second.chat.signOut();
  await together(first, second);
  expect([first.chat.draft.value, memory.read("draft"), memory.read("consent")]).toEqual(["", null, null]);
  first.chat.close();
  await together(second);
  expect([begun(), second.chat.session.value]).toEqual([1, null]);
  expect([...first.network.to("leave"), ...second.network.to("leave")].map(({ body }) => body)).toEqual([{ signsOut: true }]);
});

test("T12 what stays of somebody named when their chat is erased, or they begin another, is known as theirs until they sign out", async () => {
  const { first, second } = await chatInTwoTabs();
  const memory = createMemory("shop", () => first.storage);
  memory.write("named", "yes");
  await first.chat.erase();
  second.chat.startNew();
  await together(first, second);
  expect(memory.read("named")).toBe("yes");
  second.chat.signOut();
  expect(memory.read("named")).toBeNull();
});
