import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, PHONE, shot, startPages } from "./pages-rig.ts";

// A phone as visitors hold it. Chromium plays Android's part; what only Safari does is played by what it would tell the page.

const once = onlyInChromium("no browser makes a difference to these");
const forced = onlyInChromium("Firefox ESR 153 is not told to force colours");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

async function visit(screen: object = PHONE) {
  const visitor = await pages.visit({ ...PHONE, reducedMotion: "reduce", ...screen }); // so that the panel does not rise while it is measured
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  return { ...visitor, chat };
}

test("the panel is the whole screen, its field is not zoomed into, and the page under it stays where it is", async () => {
  const { chat, complaints } = await visit();
  await expect.poll(() => chat.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  expect(await chat.message.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize))).toBeGreaterThanOrEqual(16);
  const pull = await chat.page.locator("baton-chat .header").evaluate((header) => getComputedStyle(header).touchAction);
  expect([pull, await chat.log.evaluate((log) => getComputedStyle(log).overscrollBehaviorY)]).toEqual(["none", "contain"]);
  expect(complaints).toEqual([]);
});

test("the keyboard, which Safari lays over the page, does not cover the field; and nothing of it is left when it goes", async () => {
  const { chat } = await visit();
  const keyboard = (height: number, offsetTop: number) =>
    chat.page.evaluate(
      ([height, offsetTop]) => {
        for (const [name, value] of Object.entries({ height, offsetTop })) {
          Object.defineProperty(visualViewport, name, { configurable: true, get: () => value });
        }
        visualViewport!.dispatchEvent(new Event("resize"));
      },
      [height, offsetTop] as const,
    );
  await keyboard(500, 40);
  const box = await chat.panel.boundingBox();
  expect([box?.y, box?.height]).toEqual([40, 500]);
  const field = await chat.message.boundingBox();
  expect(field!.y + field!.height).toBeLessThanOrEqual(540);
  await expect.poll(() => chat.log.evaluate((log) => Math.floor(log.scrollHeight - log.scrollTop - log.clientHeight))).toBe(0);
  await shot(chat.page, "phone-keyboard");
  await keyboard(844, 0);
  await expect.poll(() => chat.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
});

test("nothing covers the screen before there is a way back in it; until then one more press takes the first back", async () => {
  const { context, complaints } = await pages.visit(PHONE);
  const page = await context.newPage();
  let send = (): void => {};
  const sent = new Promise<void>((resolve) => (send = resolve));
  await page.route("**/panel-*.js", async (route) => (await sent, route.continue()));
  await page.goto(`${pages.shopUrl}/plain`);
  const chat = chatOn(page);
  const asked = page.waitForRequest("**/panel-*.js");
  await chat.launcher.click();
  await asked;
  const isPressed = () => chat.launcher.getAttribute("aria-expanded");
  expect([await isPressed(), await chat.panel.isVisible()]).toEqual(["true", false]);
  await chat.launcher.click();
  expect(await isPressed()).toBe("false");
  send();
  await chat.launcher.click();
  await chat.button("Close chat").waitFor();
  await expect.poll(() => chat.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  expect(complaints).toEqual([]);
});

once("on the next page the chat is still there, and none of its buttons has the focus, which nobody has put there", async () => {
  const { chat } = await visit();
  const focused = () => chat.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.localName);
  await chat.page.reload();
  await chat.hears(/welcome/i);
  expect(await focused()).toBe("dialog");
});

test("in landscape there is room to read and to write, and nothing is amiss", async () => {
  const { chat } = await visit({ viewport: { width: 844, height: 390 } });
  const log = await chat.log.boundingBox();
  expect(log!.height).toBeGreaterThan(390 / 3);
  const field = await chat.message.boundingBox();
  expect(field!.y + field!.height).toBeLessThanOrEqual(390);
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "phone-landscape");
});

test("the way back, which on Android asks the topmost thing to close, closes the panel and not the page", async () => {
  const { chat } = await visit();
  const address = chat.page.url();
  // What the back button does to a modal dialog: https://html.spec.whatwg.org/#close-requests
  await chat.page
    .locator("baton-chat dialog")
    .evaluate((dialog) => (dialog as HTMLDialogElement & { requestClose(): void }).requestClose());
  await chat.panel.waitFor({ state: "hidden" });
  expect(chat.page.url()).toBe(address);
  await chat.launcher.waitFor();
});

once.each([
  ["200 %", { width: 640, height: 400 }],
  ["400 %", { width: 320, height: 256 }],
])("zoomed to %s everything is still there, in one column", async (_, viewport) => {
  const { chat } = await visit({ viewport, isMobile: false, hasTouch: false });
  await chat.message.scrollIntoViewIfNeeded();
  await chat.say("hello");
  await chat.log.getByText("hello", { exact: true }).waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  expect(await chat.panel.evaluate((panel) => panel.scrollWidth <= panel.clientWidth)).toBe(true);
  const log = await chat.log.boundingBox();
  expect(log!.height).toBeGreaterThan(50);
  await shot(chat.page, `zoomed-${viewport.width}`);
});

once("what can be pressed is 24 pixels or more each way, and what matters 44", async () => {
  const { chat } = await visit();
  await chat.button("More").click();
  await chat.button("Save this conversation").waitFor();
  const small = await chat.panel.evaluate((panel) =>
    [...panel.querySelectorAll("button, a, input, textarea, label")].flatMap((it) => {
      const { width, height } = it.getBoundingClientRect();
      const least = it.matches("button") ? 44 : 24;
      return height > 0 && (height < least - 0.5 || width < least - 0.5) ? [`${it.outerHTML.slice(0, 60)} ${width}×${height}`] : [];
    }),
  );
  expect(small).toEqual([]);
});

forced(
  "where colours are forced, who speaks and what can be pressed still has an edge; and where motion is unwelcome nothing moves",
  async () => {
    const { chat } = await visit({ forcedColors: "active", reducedMotion: "reduce" });
    await chat.say("hello");
    await chat.log.getByText("hello", { exact: true }).waitFor();
    const edges = await chat.panel.evaluate((panel) =>
      [...panel.querySelectorAll(".bubble, .input, .send, .pill")].map((it) => {
        const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(it);
        return borderTopWidth !== "0px" && borderTopStyle === "solid" && borderTopColor !== backgroundColor;
      }),
    );
    expect(edges.length).toBeGreaterThan(3);
    expect(edges.every(Boolean)).toBe(true);
    expect(await chat.panel.evaluate((panel) => panel.getAnimations({ subtree: true }).length)).toBe(0);
    await shot(chat.page, "phone-forced-colors");
  },
);
