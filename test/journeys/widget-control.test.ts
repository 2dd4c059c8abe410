import { readFileSync } from "node:fs";
import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// What is the visitor's to decide, and what helps in a long chat: real bundle, strict page.

const CONSENT = "This chat is answered by a machine and **recorded**. Read [how we use it](https://shop.example/privacy).";
const once = onlyInChromium("no browser makes a difference to these");
const saving = onlyInChromium("Playwright hears of no download of Firefox ESR 153");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({
    site: {
      visitor: {
        consent: { "*": CONSENT, de: "Dieser Chat wird von einer Maschine beantwortet." },
        privacy: "https://shop.example/privacy",
        terms: "https://shop.example/terms",
        words: { "*": { person: "Acme team" } },
      },
    },
  });
});
afterAll(() => pages.stop());

async function visit(options: BrowserContextOptions = {}, path = "/plain") {
  const visitor = await pages.visit({ ...DESKTOP, ...options });
  const chat = chatOn(await visitor.open(path));
  await chat.open();
  return { ...visitor, chat };
}

async function agreed(options: BrowserContextOptions = {}, path = "/plain") {
  const visitor = await visit(options, path);
  await visitor.chat.button("I agree, start the chat").click();
  await visitor.chat.hears(/welcome/i);
  return visitor;
}

once.each([
  ["desktop", DESKTOP],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
])("nothing begins before the visitor has agreed to what the site says, and who has is not asked again: %s", async (name, screen) => {
  const before = pages.simulator.control.requests().length;
  const { chat, complaints } = await visit(screen);
  await chat.page.getByText("answered by a machine").waitFor();
  expect(await chat.message.count()).toBe(0);
  expect(await chat.page.evaluate(() => document.activeElement?.localName)).toBe("baton-chat"); // the field has gone, the visitor has not
  expect(await chat.page.getByRole("link", { name: /how we use it/ }).getAttribute("href")).toBe("https://shop.example/privacy");
  expect(pages.simulator.control.requests().length).toBe(before);
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `${name}-consent`);
  await chat.button("I agree, start the chat").click();
  await chat.hears(/welcome/i);
  expect(await amiss(chat.page)).toEqual([]);
  await chat.button("More").click();
  await chat.button("Start a new chat").click();
  await chat.message.waitFor();
  await chat.hears(/welcome/i);
  expect(complaints.filter((it) => !it.includes("403"))).toEqual([]); // the browser notes each refusal of the bridge
});

once("what is to be agreed to is in the visitor's language, and the bridge begins nothing for who skips it", async () => {
  const { chat } = await visit({ locale: "de-DE" });
  await chat.page.getByText("answered by a machine").waitFor(); // the page is English
  const begin = (consent?: string) =>
    fetch(`${pages.bridgeUrl}/v1/sites/shop/conversations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ version: 1, key: "k".repeat(43), language: "de-AT", ...(consent && { consent }) }),
    });
  const refused = await begin();
  expect([refused.status, await refused.json()]).toEqual([
    403,
    expect.objectContaining({ code: "consent_required", detail: "Dieser Chat wird von einer Maschine beantwortet." }),
  ]);
  expect((await begin("something else")).status).toBe(403);
  expect((await begin("Dieser Chat wird von einer Maschine beantwortet.")).status).toBe(201);
});

test("two tabs: who has agreed in one can chat in both", async () => {
  const { chat, context } = await visit();
  await chat.page.getByText("answered by a machine").waitFor();
  const other = chatOn(await context.newPage());
  await other.page.goto(`${pages.shopUrl}/plain`);
  await other.open();
  await other.button("I agree, start the chat").click();
  await other.hears(/welcome/i);
  await chat.hears(/welcome/i);
  expect(await chat.page.getByText("answered by a machine").count()).toBe(0);
});

saving.each([
  ["desktop", DESKTOP],
  ["phone", PHONE],
])(
  "the menu has all else that a visitor may want: their chat as a file, another chat, how to be told, and the site's pages: %s",
  async (name, screen) => {
    const { chat, complaints } = await agreed(screen);
    await chat.say("I want a refund");
    await chat.hears("order number");
    await chat.button("More").click();
    await chat.button("Save this conversation").waitFor();
    expect(await amiss(chat.page)).toEqual([]);
    await shot(chat.page, `${name}-more`);
    expect(await chat.page.getByRole("link", { name: "Privacy" }).getAttribute("href")).toBe("https://shop.example/privacy");
    expect(await chat.page.getByRole("link", { name: "Terms of use" }).getAttribute("href")).toBe("https://shop.example/terms");
    const downloading = chat.page.waitForEvent("download");
    await chat.button("Save this conversation").click();
    const saved = await downloading;
    expect(saved.suggestedFilename()).toMatch(/^chat-\d{4}-\d\d-\d\d\.txt$/);
    const text = readFileSync(await saved.path(), "utf8");
    expect(text).toMatch(/^Acme Shop\n\n.*· Assistant\nHello, and welcome!/);
    expect(text).toMatch(/· You\nI want a refund/);
    expect(text).not.toMatch(/\*\*|<br>/); // as it was read
    await chat.page.getByRole("switch", { name: "Sound for new messages" }).check();
    await chat.button("More").click();
    await chat.page.reload();
    await chat.button("More").click();
    await expect.poll(() => chat.page.getByRole("switch", { name: "Sound for new messages" }).isChecked()).toBe(true);
    await expect.poll(() => chat.page.getByRole("switch", { name: /Notify/ }).isChecked()).toBe(false);
    await chat.page.getByRole("switch", { name: /Notify/ }).click();
    await chat.page.getByText("This browser does not allow notifications from this page.").waitFor();
    expect(complaints.filter((it) => !it.includes("403"))).toEqual([]);
  },
);

once("a site's own words are said in the place of ours", async () => {
  const { chat } = await agreed();
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await chat.hears("Sam joined");
  await sam.end();
  await chat.status.getByText("This chat has ended.").waitFor();
  await expect.poll(() => chat.page.evaluate(() => localStorage.getItem("baton:shop:session"))).toContain("Acme team");
});

test("what came while the visitor was away is counted on the launcher and in the tab's title, marked where it begins, and then seen", async () => {
  const { chat } = await agreed({}, "/");
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await chat.hears("Sam joined");
  await chat.button("Close chat").click();
  await chat.page.evaluate(() => Object.defineProperty(document, "hidden", { value: true, configurable: true }));
  const before = await chat.page.title();
  await sam.say("Are you still there?");
  await expect.poll(() => chat.page.title()).toBe(`(1) ${before}`);
  const title = "Your orders";
  await chat.page.evaluate((now) => (document.title = now), title); // as a page that goes on by itself may
  await sam.say("I have found your order.");
  await chat.button("Open chat, 2 unread messages").waitFor();
  await expect.poll(() => chat.page.title()).toBe(`(2) ${title}`);
  await chat.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => chat.page.title()).toBe(title);
  await chat.button("Open chat, 2 unread messages").click();
  await chat.log.getByText("New", { exact: true }).waitFor();
  const texts = await chat.log.locator("> div > *").allTextContents();
  expect(texts.findIndex((text) => text === "New") + 1).toBe(texts.findIndex((text) => text.includes("Are you still there?")));
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "desktop-new");
  await chat.button("Close chat").click();
  await chat.button(/^Open chat$/).click();
  expect(await chat.log.getByText("New", { exact: true }).count()).toBe(0);
});

once("T3 suggestions, cards, images and calls: no image is fetched before the visitor asks for it", async () => {
  const { chat, context } = await agreed();
  const fetched: string[] = [];
  context.on("request", (request) => fetched.push(request.url()));
  await chat.say("show me some options");
  await chat.button("Where is my order?").waitFor();
  expect(await chat.page.getByRole("link", { name: /Spring collection/ }).getAttribute("href")).toBe("https://shop.example/spring");
  expect(await chat.page.getByRole("link", { name: /Call the shop/ }).getAttribute("href")).toBe("tel:+15551234567");
  expect(fetched.filter((url) => url.includes("shop.example"))).toEqual([]);
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "desktop-cards");
  await context.route("https://shop.example/**", (route) => route.abort());
  await chat.page.getByText("Show the image from shop.example").click();
  await chat.log.getByText("The image could not be loaded.").waitFor(); // this page's policy lets none in
  expect(await chat.log.locator("img").count()).toBe(0); // and nothing broken is left
  await chat.button("Where is my order?").click();
  await chat.log.getByText("Where is my order?", { exact: true }).waitFor();
  expect(await chat.button("How do returns work?").count()).toBe(0);
});

once(
  "a rating is in nobody's way: who neither gives nor skips it begins another chat at once, and is not asked about the last one again",
  async () => {
    const { chat } = await agreed();
    const end = async () => {
      await chat.button("End chat").click();
      await chat.page.getByText("End this chat?").waitFor();
      await chat.button("End chat").last().click();
    };
    await chat.say("I want a refund");
    await chat.hears("order number");
    await end();
    const scores = chat.page.getByRole("radio");
    await scores.first().waitFor();
    await chat.page.getByRole("radio", { name: "2 of 5" }).check({ force: true }); // and then thinks better of it
    await chat.button("Start a new chat").click();
    await chat.hears(/welcome/i);
    expect([await scores.count(), await chat.log.getByText("I want a refund").count()]).toEqual([0, 0]);
    await chat.say("how are you?");
    await chat.hears("Very well");
    await end();
    await chat.button("Skip").click();
    await scores.first().waitFor({ state: "detached" });
    await chat.page.reload();
    await chat.button("Start a new chat").waitFor();
    expect(await scores.count()).toBe(0);
    await chat.button("Start a new chat").click();
    await chat.hears(/welcome/i);
  },
);

once("who deletes their chat is asked once more; then it is gone here and on the bridge, in every tab, and another can begin", async () => {
  const { chat, context, complaints } = await agreed();
  await chat.say("I want a refund");
  await chat.hears("order number");
  const other = chatOn(await context.newPage());
  await other.page.goto(`${pages.shopUrl}/plain`);
  await other.open();
  await other.hears("order number");
  const { conversation, token } = await chat.page.evaluate(() => JSON.parse(localStorage.getItem("baton:shop:session")!));
  await chat.button("More").click();
  await chat.button("Delete my data").click();
  await chat.page.getByText("Delete this conversation for good?").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await chat.button("Keep it").click();
  await chat.hears("order number");
  await chat.button("More").click();
  await chat.button("Delete my data").click();
  await chat.button("Delete for good").click();
  await chat.page.getByText("This conversation has been deleted.").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "desktop-deleted");
  expect(await chat.log.getByText("order number").count()).toBe(0);
  await expect.poll(() => other.log.getByText("order number").count()).toBe(0);
  await expect
    .poll(() => chat.page.evaluate(() => Object.keys(localStorage).filter((name) => /session|key|line|draft/.test(name))))
    .toEqual([]);
  const gone = await fetch(`${pages.bridgeUrl}/v1/conversations/${conversation}/transcript`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(gone.status).toBe(401);
  await chat.button("Start a new chat").click();
  await chat.hears(/welcome/i);
  expect(complaints.filter((it) => !it.includes("403"))).toEqual([]);
});
