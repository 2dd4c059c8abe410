import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, PHONE, startPages } from "./pages-rig.ts";

// What is asked of the network, and when: a page that nobody asks for a chat pays for the launcher only, and who asks waits for little.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

async function visit(screen: object) {
  const { context, open, complaints } = await pages.visit(screen);
  const asked: string[] = [];
  context.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === pages.bridgeUrl) asked.push(pathname.replace(/^\/(v1\/\w+\/[\w-]+\/)?/, "").replace(/-[\w-]{8}\.js$/, ".js"));
  });
  const page = await open("/plain");
  const chat = chatOn(page);
  await chat.launcher.waitFor();
  return { page, chat, asked, complaints };
}

test.each([
  ["a mouse that comes near", (page: Awaited<ReturnType<typeof visit>>["page"]) => page.getByRole("button", { name: "Open chat" }).hover()],
  ["the keyboard's focus", (page: Awaited<ReturnType<typeof visit>>["page"]) => page.getByRole("button", { name: "Open chat" }).focus()],
])("%s builds the panel, closed, and begins nothing; what is not pressed stays so", async (_, comeNear) => {
  const { page, chat, asked, complaints } = await visit(DESKTOP);
  await page.waitForLoadState("networkidle");
  expect(asked).toEqual(["baton.js", "look"]);
  await comeNear(page);
  await page.locator("baton-chat dialog").waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
  expect([asked, await chat.panel.count()]).toEqual([["baton.js", "look", "panel.js"], 0]);
  expect(complaints).toEqual([]);
});

test("a visitor who opens the chat has a field to write in before anything else is asked for, and nothing is asked for in vain", async () => {
  const { page, chat, asked, complaints } = await visit(DESKTOP);
  await chat.open();
  await chat.hears(/welcome/i);
  await page.waitForTimeout(300);
  expect(asked.toSorted()).toEqual(["baton.js", "conversations", "entries", "later.js", "look", "panel.js"]);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await expect.poll(() => asked).toContain("forms.js");
  expect(asked).not.toContain("read"); // nobody but a person wants to know
  expect(complaints).toEqual([]);
});

test("a finger on the launcher opens the chat at once", async () => {
  const { chat, complaints } = await visit({ ...PHONE, hasTouch: true });
  await chat.launcher.tap();
  await chat.message.waitFor();
  await chat.hears(/welcome/i);
  expect(complaints).toEqual([]);
});
