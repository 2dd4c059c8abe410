import { expect, test } from "vitest";
import { hello, said } from "../connection/rehearsal.ts";
import { createMemory } from "./memory.ts";
import { tab, together } from "./test-tab.ts";

/** A tab that leads, with a chat under way. */
async function begunTab() {
  const first = tab();
  first.chat.begin();
  await together(first);
  first.stream()?.send(hello(1), said(1, "assistant", "Hello!"));
  await together(first);
  return first;
}

const follows = ({ network }: ReturnType<typeof tab>) =>
  network.to("entries").map(({ path }) => new URLSearchParams(path.split("?")[1]).get("after"));

test("a page that is kept holds no stream and leads no tabs; shown again it goes on from its last entry, its draft as it was", async () => {
  const first = await begunTab();
  first.chat.write("half a w");
  first.page.putAway();
  await together(first);
  expect((await navigator.locks.query()).held).toEqual([]);
  expect(first.stream()?.isHeard()).toBe(false);

  first.page.bringBack();
  await together(first);
  expect([follows(first), first.chat.draft.value]).toEqual([["0", "1"], "half a w"]);
  first.stream()?.send(hello(2), said(2, "assistant", "Still there?"));
  await together(first);
  expect(first.shown()).toEqual(["Hello!", "Still there?"]);
});

test("what was said in another tab meanwhile is shown, and the tab that leads goes on leading", async () => {
  const first = await begunTab();
  first.page.putAway();
  const second = tab(first.storage);
  second.chat.begin();
  await together(first, second);
  second.stream()?.send(hello(2), said(1, "assistant", "Hello!"), said(2, "assistant", "Meanwhile"));
  await together(first, second);
  first.page.bringBack();
  await together(first, second);
  expect([first.shown(), follows(first)]).toEqual([["Hello!", "Meanwhile"], ["0"]]);
});

test("T12 who has signed out in another tab meanwhile sees nothing of the chat when the page is shown again, and none begins", async () => {
  const first = await begunTab();
  first.chat.write("my card is");
  first.page.putAway();
  const second = tab(first.storage);
  await together(first, second);
  second.chat.signOut();
  second.chat.close();
  await together(second);
  first.page.bringBack();
  await together(first);
  expect([first.shown(), first.chat.session.value, first.chat.draft.value]).toEqual([[], null, ""]);
  expect(createMemory("shop", () => first.storage).read("draft")).toBeNull();
  expect(first.network.to("conversations")).toHaveLength(1);
});

test("a page that comes back without a chat leaves one alone that another tab begins in the same moment", async () => {
  const first = tab();
  await together(first);
  first.page.putAway();
  const second = tab(first.storage, first.clock);
  await together(second);
  second.chat.begin();
  first.page.bringBack();
  first.page.putAway();
  second.chat.say("hello");
  first.page.bringBack();
  await together(first, second);
  expect([first, second].map(({ chat }) => chat.session.value?.conversation)).toEqual(["c1", "c1"]);
  expect(second.network.to("lines").length).toBe(1);
});
