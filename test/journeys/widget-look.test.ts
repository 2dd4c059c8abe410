import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { chatOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// What a site's pages show without anybody touching them: the bridge's configuration, on the strict page, in a real browser.

const PICTURE = new URL("../../demo/screenshots/story.png", import.meta.url).pathname;
let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({
    site: {
      look: {
        title: "Acme Help",
        welcome: "We answer within a minute.",
        label: "Need a hand?",
        icon: "M4 5h16v11H9l-5 4z",
        accent: "#ffd400",
        header: PICTURE,
        avatars: { assistant: PICTURE },
        suggestions: ["Where is my order?", "I want a refund"],
        languages: { fr: { title: "Aide Acme", label: "Besoin d’aide ?" } },
        pages: [
          { on: ["/orders"], label: "About this order", theme: "dark", position: "start" },
          { on: ["/product/*"], launcher: "hidden" },
          {
            on: ["/paying"],
            banner: "Payments are **down** until noon. [What works](https://acme.example/status)",
            languages: { fr: { banner: "Les paiements sont **en panne**." } },
          },
        ],
        greetings: [{ name: "leaving", text: "Before you go: questions?", after: { leaving: true }, on: ["/plain"] }],
      },
    },
  });
});
afterAll(() => pages.stop());

async function visit(path: string, options = {}) {
  const visitor = await pages.visit({ ...DESKTOP, ...options });
  return { ...visitor, chat: chatOn(await visitor.open(path)) };
}
const launcherOn = (page: Page) => page.locator("baton-chat .launcher");

test.each([
  ["desktop", DESKTOP],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
])("title, welcome, label, icon, colour, pictures and suggestions are the bridge's: %s", async (name, screen) => {
  const { chat, complaints } = await visit("/", screen);
  const launcher = chat.button("Need a hand?: Open chat");
  await launcher.waitFor();
  expect(await launcher.evaluate((button) => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color])).toEqual([
    "rgb(255, 212, 0)",
    "color(srgb-linear 0 0 0)", // on yellow
  ]);
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `look-${name}-0-closed`);
  await launcher.click();
  const panel = chat.page.getByRole("dialog", { name: "Acme Help" });
  await panel.waitFor();
  await chat.hears("We answer within a minute.");
  await chat.hears(/welcome/i);
  await expect.poll(() => panel.locator("canvas:not([hidden])").count()).toBe(2);
  await shot(chat.page, `look-${name}-1-open`);
  expect(await amiss(chat.page)).toEqual([]);
  await chat.button("I want a refund").click();
  await chat.hears("order number");
  expect(await chat.button("Where is my order?").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("a page of its own has a look of its own, also when the page navigates by itself; the tag's own wish goes before", async () => {
  const { chat, complaints } = await visit("/orders");
  await chat.button("About this order: Open chat").waitFor();
  const corner = async () => (await launcherOn(chat.page).boundingBox())?.x;
  expect(await corner()).toBe(20);
  await chat.page.evaluate(() => history.pushState(null, "", "/"));
  await chat.button("Need a hand?: Open chat").waitFor();
  expect(await corner()).toBeGreaterThan(600);
  await chat.page.evaluate(() => history.pushState(null, "", "/product/teapot"));
  await expect.poll(() => launcherOn(chat.page).isVisible()).toBe(false);
  await chat.page.goBack();
  await launcherOn(chat.page).waitFor();
  expect(complaints).toEqual([]);
});

test("a visitor of another language reads the words there are in it", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open(own(`data-locale="fr-CA"`)));
  await chat.button("Besoin d’aide ?: Ouvrir le chat").click();
  await chat.page.getByRole("dialog", { name: "Aide Acme" }).waitFor();
  await chat.hears("We answer within a minute."); // which it has in one language only
});

test.each([
  ["en", "Payments are down until noon. What works", DESKTOP],
  ["fr", "Les paiements sont en panne.", { ...PHONE, colorScheme: "dark" as const }],
])(
  "what is out of order is said on the pages that it is for, in the visitor's language (%s), and stays in sight",
  async (lang, said, screen) => {
    const visitor = await pages.visit(screen);
    const url = pages.own.put("/paying", {
      body: `<!doctype html><html lang="${lang}"><meta name="viewport" content="width=device-width"><title>Paying</title><main></main><script async src="${pages.bridgeUrl}/baton.js?site=shop&lang=${lang}"></script></html>`,
    });
    const page = await visitor.open(url);
    await page.locator("baton-chat .launcher").click();
    const banner = page.locator("baton-chat .banner");
    await banner.waitFor();
    expect((await banner.textContent())?.trim()).toContain(said.split(". ")[0]);
    for (let line = 0; line < 12; line++) {
      await page.locator("baton-chat .input").fill(`a longer story, part ${line}\nand a second line`);
      await page.locator("baton-chat .send").click();
    }
    await page.getByRole("log").getByText("part 11").waitFor();
    const log = page.getByRole("log");
    await expect.poll(() => log.evaluate((it) => it.scrollTop)).toBeGreaterThan(200);
    const [around, shown] = [await log.boundingBox(), await banner.boundingBox()];
    expect(shown!.y - around!.y).toBeLessThan(20);
    expect(await amiss(page)).toEqual([]);
    await shot(page, `banner-${lang}`);
    expect(visitor.complaints).toEqual([]);
  },
);

test("the launcher is there before the look is, and without it; and what the tag says holds", async () => {
  const visitor = await pages.visit(DESKTOP);
  let answer = (): void => {};
  await visitor.context.route("**/look?*", async (route) => {
    await new Promise<void>((done) => (answer = done));
    await route.continue();
  });
  const chat = chatOn(await visitor.open(own(`data-position="start" data-theme="light"`)));
  await chat.button("Open chat").click();
  await chat.hears(/welcome/i);
  await chat.message.fill("half a thou");
  await expect.poll(() => chat.page.getByRole("dialog", { name: "Acme Shop" }).count()).toBe(1); // as the conversation says
  answer();
  await chat.page.getByRole("dialog", { name: "Acme Help" }).waitFor();
  await expect.poll(() => chat.message.inputValue()).toBe("half a thou");
  expect((await chat.page.getByRole("dialog").boundingBox())?.x).toBe(20);
  expect(visitor.complaints).toEqual([]);
});

test("who is about to leave is greeted once, without losing the focus; a press opens the chat with the same words; dismissed, it stays away", async () => {
  const { chat, complaints } = await visit("/plain");
  await launcherOn(chat.page).focus();
  await leave(chat.page);
  const greeting = chat.page.getByRole("status").getByText("Before you go: questions?");
  await greeting.waitFor();
  await expect.poll(() => chat.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className)).toBe("launcher");
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "look-greeting");
  await chat.button("Dismiss").click();
  await leave(chat.page);
  expect(await greeting.count()).toBe(0);
  await chat.page.reload();
  await chat.button(/Open chat/).waitFor();
  await leave(chat.page);
  expect(await greeting.count()).toBe(0);
  expect(complaints).toEqual([]);

  const other = await visit("/plain");
  await other.chat.button(/Open chat/).waitFor();
  await leave(other.chat.page);
  await other.chat.button("Before you go: questions?").click();
  await other.chat.hears("Before you go: questions?");
  await other.chat.hears(/welcome/i);
});

test("the look is small, public, kept for a minute, and looked at again by its tag; pictures are kept for ever", async () => {
  const first = await fetch(`${pages.bridgeUrl}/v1/sites/shop/look`, { headers: { origin: pages.shopUrl } });
  expect(first.headers.get("cache-control")).toBe("public, max-age=60, stale-while-revalidate=86400");
  const text = await first.text();
  expect(text.length).toBeLessThan(1_500);
  expect(text).not.toContain("demo/screenshots"); // where a file lies is the bridge's business
  const again = await fetch(`${pages.bridgeUrl}/v1/sites/shop/look`, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
  expect(again.status).toBe(304);
  const { header } = JSON.parse(text) as { header: string };
  const picture = await fetch(pages.bridgeUrl + header);
  expect([picture.status, picture.headers.get("content-type"), picture.headers.get("cache-control")]).toEqual([
    200,
    "image/png",
    "public, max-age=31536000, immutable",
  ]);
  expect((await fetch(`${pages.bridgeUrl}/v1/sites/shop/look`, { headers: { origin: "https://evil.example" } })).status).toBe(403);
  expect((await fetch(`${pages.bridgeUrl}/v1/sites/__proto__/look`)).status).toBe(404);
  expect((await fetch(`${pages.bridgeUrl}/v1/pictures/..%2f..%2fpackage.json`)).status).toBe(404);
});

test("a launcher's label gives way while another chat's launcher stands beside it, and is still what it is called", async () => {
  const { open } = await pages.visit(PHONE);
  const page = await open(own(""));
  const label = page.locator("baton-chat .label");
  await label.waitFor();
  await page.evaluate(() => {
    const { Baton } = window as unknown as { Baton: { mount(options: object): { destroy(): void } } };
    Object.assign(window, { other: Baton.mount({ site: "help" }) });
  });
  await label.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Need a hand?: Open chat" }).waitFor();
  const [first, second] = await launcherOn(page).evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
  expect(second!.right).toBeLessThanOrEqual(first!.left);
  await page.evaluate(() => (window as unknown as { other: { destroy(): void } }).other.destroy());
  await label.waitFor();
});

/** A page of another owner with this tag. */
function own(attributes: string): string {
  return pages.own.put("/own", {
    body: `<!doctype html><html lang="en"><title>Own</title><main></main><script async src="${pages.bridgeUrl}/baton.js" data-site="shop" ${attributes}></script></html>`,
    policy: `default-src 'none'; script-src ${pages.bridgeUrl}; connect-src ${pages.bridgeUrl}; require-trusted-types-for 'script'; trusted-types 'none'`,
  });
}

async function leave(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("baton-chat")?.shadowRoot?.querySelector(".label"));
  await page.evaluate(() => document.documentElement.dispatchEvent(new PointerEvent("pointerleave", { clientY: -1 })));
}
