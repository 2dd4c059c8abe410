import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// T3: who has come is seen, and no third party is asked for it.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** A visitor to whom this agent of the demo's desk has written. */
async function talkTo(agent: string, screen: BrowserContextOptions) {
  const visitor = await pages.visit(screen);
  const asked: string[] = [];
  visitor.context.on("request", (request) => asked.push(request.url()));
  const chat = chatOn(await visitor.open("/plain"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const desk = deskOn(await (await pages.visit(DESKTOP)).open(`/desk?agent=${agent}`));
  await desk.accept();
  await desk.say("Hello, how can I help?");
  await chat.hears("Hello, how can I help?");
  return { ...visitor, chat, desk, asked, face: chat.page.locator("baton-chat .face").last() };
}

test.each([
  ["desktop", DESKTOP],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
])("a person's own picture stands beside their words, had from the bridge and from nobody else: %s", async (name, screen) => {
  const { chat, face, asked, complaints } = await talkTo("Sam", screen);
  await expect.poll(() => face.locator("canvas").evaluateAll((all) => all.map((it) => (it as HTMLCanvasElement).width))).toEqual([128]);
  await expect.poll(() => face.locator("canvas").isVisible()).toBe(true);
  for (const said of ["One", "Two", "Three", "Four", "Five", "Six"]) await chat.say(`${said} more line, so that the chat has to scroll.`);
  await chat.hears("Six more line");
  const places = await face.evaluate((it) => [it, it.querySelector("canvas")!].map((one) => JSON.stringify(one.getBoundingClientRect())));
  expect(places[1]).toBe(places[0]); // it goes where the letters go
  expect(asked.filter((url) => url.includes("/pictures/")).every((url) => url.startsWith(`${pages.bridgeUrl}/v1/conversations/`))).toBe(
    true,
  );
  expect([...new Set(asked.map((url) => new URL(url).origin))].toSorted()).toEqual([pages.bridgeUrl, pages.shopUrl].toSorted());
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `person-${name}`);
  expect(complaints).toEqual([]);
});

test("who has none is shown by the letters of their name, and so is everybody while pictures cannot be had", async () => {
  const alex = await talkTo("Alex", DESKTOP);
  expect([await alex.face.textContent(), await alex.face.locator("canvas").count()]).toEqual(["A", 0]);
  expect(alex.complaints).toEqual([]);

  const priya = await talkTo("Priya", DESKTOP);
  await priya.context.route("**/pictures/**", (route) => route.abort());
  await priya.chat.page.reload();
  await priya.chat.hears("Hello, how can I help?");
  const [letters, canvas] = [priya.chat.page.locator("baton-chat .face").last(), priya.chat.page.locator("baton-chat .face canvas").last()];
  expect([await letters.textContent(), await canvas.isVisible()]).toEqual(["P", false]);
});
