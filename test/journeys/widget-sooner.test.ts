import { afterAll, beforeAll, expect, test } from "vitest";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, DESKTOP, PHONE, startPages } from "./pages-rig.ts";

// What is asked of the network, and when: a page that nobody asks for a chat pays for the launcher only, and who asks waits for little.

const touched = onlyInChromium("Playwright does not touch Firefox");
const pressedTwice = onlyInChromium("Playwright's second press is a first one to Firefox");

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
  expect(asked).toEqual(["baton.js"]);
  await comeNear(page);
  await expect.poll(() => asked).toEqual(["baton.js", "frame.js", "panel.js"]);
  await page.locator("baton-chat .header").waitFor({ state: "attached" });
  await page.waitForTimeout(500); // for what else might be asked
  expect([asked, await chat.panel.count()]).toEqual([["baton.js", "frame.js", "panel.js"], 0]);
  expect(complaints).toEqual([]);
});

test.each([
  ["a mouse that rests on the launcher", DESKTOP, true],
  ["a phone, where nothing is seen before all is there", PHONE, false],
])("the panel is drawn behind the press, and the press waits for nothing: %s", async (_, screen, isNear) => {
  const { context, open } = await pages.visit(screen);
  await context.addInitScript(() => {
    const { setTimeout } = window;
    Object.assign(window, { setTimeout: (run: () => void, ms = 0) => setTimeout(run, ms === 20 ? 1_000 : ms) }); // a frame lasts for a second
  });
  const page = await open("/plain");
  const chat = chatOn(page);
  await chat.launcher.waitFor();
  if (isNear) {
    await chat.launcher.hover();
    await page.waitForTimeout(4_000);
    expect(await page.locator("baton-chat .header").count()).toBe(0);
  }
  await chat.launcher.click();
  const soon = { timeout: 8_000 }; // and not the twenty seconds that a mouse may rest
  await chat.message.waitFor(soon);
  await page.locator("baton-chat .header").waitFor(soon);
});

test("a visitor who opens the chat has a field to write in before anything else is asked for, and nothing is asked for in vain", async () => {
  const { chat, asked, complaints } = await visit(DESKTOP);
  await chat.open();
  await chat.hears(/welcome/i);
  const first = ["baton.js", "conversations", "entries", "frame.js", "later.js", "panel.js"];
  await expect.poll(() => asked.toSorted()).toEqual(first);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await expect.poll(() => asked.toSorted()).toEqual([...first, "forms.js", "lines"].toSorted()); // not "read": nobody but a person wants to know
  expect(complaints).toEqual([]);
});

test("whoever presses while the panel is still on its way sees that the press was heard", async () => {
  const { page, chat, complaints } = await visit(DESKTOP);
  let send = (): void => {};
  const sent = new Promise<void>((resolve) => (send = resolve));
  await page.route("**/frame-*.js", async (route) => (await sent, route.continue()));
  const strength = () => chat.launcher.evaluate((it) => getComputedStyle(it).opacity);
  expect(await strength()).toBe("1");
  await chat.launcher.click();
  expect(await strength()).toBe("0.6");
  send();
  await chat.message.waitFor();
  expect(await strength()).toBe("1");
  expect(complaints).toEqual([]);
});

pressedTwice("who presses twice, as on anything else that opens, has the chat open; and closed by the next press", async () => {
  const { page, chat, complaints } = await visit(DESKTOP);
  const launcher = page.locator("baton-chat .launcher"); // whatever it is called, now that the panel has more buttons
  for (let times = 0; times < 2; times += 1) {
    await launcher.dblclick();
    await chat.hears(/welcome/i);
    await launcher.click();
    await chat.panel.waitFor({ state: "hidden" });
  }
  expect(complaints).toEqual([]);
});

test("what is written before the rest of the panel is there is kept, sent where Enter was pressed, and the field with half a word in it stays the same", async () => {
  const visitor = await pages.visit(DESKTOP);
  const page = await visitor.context.newPage();
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/words-de-*.js", async (route) => (await answered, route.continue()));
  // After two seconds the panel opens in English, and a busy machine does not type as fast: here they last for twenty.
  await page.addInitScript(() => {
    const { setTimeout } = window;
    Object.assign(window, { setTimeout: (run: () => void, ms = 0) => setTimeout(run, ms * 10) });
  });
  await page.goto(
    pages.own.put("/slow", {
      body: `<!doctype html><html lang="de"><title>Slow</title><main></main><script async src="${pages.bridgeUrl}/baton.js?site=shop"></script></html>`,
    }),
  );
  const field = page.locator("baton-chat textarea");
  await page.locator("baton-chat .launcher").click();
  await field.waitFor();
  const isFocused = () => field.evaluate((it) => (it.getRootNode() as ShadowRoot).activeElement === it); // it is in one
  await expect.poll(isFocused).toBe(true);
  await page.keyboard.type("I want a refund");
  await page.keyboard.press("Enter");
  await page.keyboard.type("A-10");
  await field.evaluate((it) => Object.assign(it, { isTheSame: true }));
  expect(await page.locator("baton-chat .send").count()).toBe(0);
  answer();
  await page.getByRole("textbox", { name: "Nachricht" }).waitFor();
  expect([await field.evaluate((it) => "isTheSame" in it), await isFocused(), await field.inputValue()]).toEqual([true, true, "A-10"]);
  await page.keyboard.type("01");
  await page.keyboard.press("Enter");
  const log = page.getByRole("log");
  await log.getByText("I want a refund", { exact: true }).waitFor();
  await log.getByText("A-1001", { exact: true }).first().waitFor();
  expect(visitor.complaints).toEqual([]);
});

test("who touches the field of a chat that the page has opened, before the rest of it is there, has begun one", async () => {
  const { context, open, complaints } = await pages.visit(DESKTOP);
  let send = (): void => {};
  const touched = new Promise<void>((resolve) => (send = resolve));
  await context.route("**/panel-*.js", async (route) => (await touched, route.continue()));
  const body = `<!doctype html><html lang="en"><title>Own</title><script async src="${pages.bridgeUrl}/baton.js" data-site="shop" data-open="true"></script></html>`;
  const chat = chatOn(await open(pages.own.put("/open", { body })));
  await chat.message.focus();
  send();
  await chat.hears(/welcome/i);
  expect(complaints).toEqual([]);
});

test("Enter sends, before the rest of the panel is there and after; held down, with Shift, or while a word is composed it does not", async () => {
  const { page, chat, complaints } = await visit(DESKTOP);
  let send = (): void => {};
  const sent = new Promise<void>((resolve) => (send = resolve));
  await page.route("**/panel-*.js", async (route) => (await sent, route.continue()));
  await chat.launcher.click();
  const field = page.locator("baton-chat textarea");
  await field.waitFor();
  const compose = (key: string) =>
    field.evaluate(
      (it, key) => it.dispatchEvent(new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true })),
      key,
    );
  const write = async (words: string) => {
    await page.keyboard.type(words);
    expect([await compose("Enter"), await compose("Escape")]).toEqual([true, true]); // they are the browser's to take
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("and more");
    expect(await field.inputValue()).toBe(`${words}\nand more`);
    await page.keyboard.down("Enter");
    await page.keyboard.type("x");
    await page.keyboard.down("Enter"); // the same one, still
    await page.keyboard.up("Enter");
    expect(await field.inputValue()).toBe("x");
    await page.keyboard.press("Backspace");
  };
  await write("One");
  send();
  await chat.log.getByText("One").waitFor();
  await write("Two");
  await chat.log.getByText("Two").waitFor();
  expect(await chat.log.getByText("and more").count()).toBe(2);
  expect(complaints).toEqual([]);
});

touched("a finger on the launcher opens the chat at once", async () => {
  const { chat, complaints } = await visit({ ...PHONE, hasTouch: true });
  await chat.launcher.tap();
  await chat.message.waitFor();
  await chat.hears(/welcome/i);
  expect(complaints).toEqual([]);
});
