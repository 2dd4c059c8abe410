import { awkwardText, awkwardTexts } from "@baton/demo/assistant/awkward-texts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMailServer, type MailServer } from "../doubles/mail-server.ts";
import { amiss } from "./axe.ts";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// What goes wrong in browsers and behind them, seen by the visitor: real bundle, strict page.

const once = onlyInChromium("no browser makes a difference to these");

let pages: Awaited<ReturnType<typeof startPages>>;
let mails: MailServer;
beforeAll(async () => {
  mails = await startMailServer();
  pages = await startPages({ site: { handoff: { queueWaitMs: 1_500 } }, mail: mails.url() });
});
afterAll(async () => {
  await pages.stop();
  await mails[Symbol.asyncDispose]();
});

async function visit(options = {}, path = "/plain") {
  const visitor = await pages.visit({ ...DESKTOP, ...options });
  const chat = chatOn(await visitor.open(path));
  return { ...visitor, chat };
}

once.each([
  ["desktop", DESKTOP],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
])("F12 when nobody comes the visitor can call, ask for a call, or leave a message that arrives on the desk: %s", async (name, screen) => {
  const { chat, complaints } = await visit(screen);
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  await chat.page.getByText("Leave a message").click();
  await chat.button("Send message").waitFor();
  expect(await chat.page.getByRole("link", { name: /Acme Shop/ }).getAttribute("href")).toBe("tel:+442079460018");
  await chat.button("Send message").click();
  expect(await amiss(chat.page)).toEqual([]);
  await chat.page.getByText("Please write your message.").waitFor();
  await chat.page.getByLabel("E-mail").fill("ada");
  await chat.page.getByLabel("Your message").fill(`Please call me, ${name}.`);
  await chat.button("Send message").click();
  await chat.page.getByText("Please enter an e-mail address").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `${name}-9-offers`);
  await chat.page.getByLabel("E-mail").fill("ada@shop.example");
  await chat.button("Send message").click();
  await chat.page.getByText("Thank you. We will answer by e-mail.").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.page.getByRole("list", { name: "Messages" }).getByRole("button").last().click();
  await sam.page.getByText(`Please call me, ${name}.`).first().waitFor();
  await chat.button("Start a new chat").click();
  await chat.message.waitFor();
  expect(complaints).toEqual([]);
});

once.each([
  ["desktop", DESKTOP],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
])("F12 who asks for a call leaves a number that can be called, and the desk sees it: %s", async (name, screen) => {
  const { chat, complaints } = await visit(screen);
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  await chat.page.getByText("Leave a message").click();
  await chat.page.getByText("Get a call back").focus();
  await chat.page.keyboard.press("Enter");
  await chat.button("Call me back").waitFor();
  expect(await chat.button("Send message").isVisible()).toBe(false); // one at a time
  await chat.button("Call me back").click();
  const number = chat.page.getByLabel("Phone number");
  await expect.poll(() => number.evaluate((field) => field.matches(":focus"))).toBe(true);
  expect(await number.getAttribute("aria-invalid")).toBe("true");
  await number.fill("+44 20 1"); // long enough for the page, and not for its country
  await chat.button("Call me back").click();
  await chat.page.getByText("Please enter a phone number").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `${name}-9-callback`);
  await number.fill("020 7946 0018");
  await chat.page.getByLabel("What is it about?").fill(`My teapot, ${name}.`);
  await chat.button("Call me back").click();
  await chat.page.getByText("Thank you. We will call you back.").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.page
    .getByRole("list", { name: "Messages" })
    .getByRole("button")
    .filter({ hasText: `My teapot, ${name}.` })
    .click();
  await sam.page.getByText("waits for a call. Call +442079460018.").waitFor();
  await shot(sam.page, `${name}-9-callback-desk`);
  expect(complaints).toEqual([expect.stringContaining("status of 400")]);
});

once("what was said can be had by mail, with the keyboard alone, and a wrong address is told before it is sent", async () => {
  const { chat, complaints } = await visit(DESKTOP);
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("More").press("Enter");
  await chat.button("E-mail this conversation").press("Enter");
  const field = chat.page.getByLabel("E-mail", { exact: true });
  await expect.poll(() => field.evaluate((one) => one.matches(":focus"))).toBe(true);
  await chat.page.keyboard.type("ada");
  await chat.page.keyboard.press("Enter");
  await chat.page.getByText("Please enter an e-mail address").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "desktop-mail");
  await chat.page.keyboard.type("@shop.example");
  await chat.page.keyboard.press("Enter");
  await chat.page.getByText("It is on its way to ada@shop.example.").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await expect.poll(() => mails.mails.length).toBe(1);
  expect(mails.mails[0]?.raw).toContain("Assistant:");
  await chat.page.keyboard.press("Tab"); // the focus has not been lost with the form
  expect(await chat.page.evaluate(() => document.activeElement?.localName)).toBe("baton-chat");
  expect(complaints).toEqual([]);
});

test("T1 whatever an assistant or a visitor writes is text: no script runs, nothing is fetched, nothing appears outside of the chat", async () => {
  const { chat, complaints } = await visit({}, "/");
  const before = await chat.page.evaluate(() => document.querySelectorAll("*").length);
  const ofTheShop = await chat.page.evaluate(() => [...document.images].map(({ src }) => src)); // some are lazy: asked for at any time
  const fetched: string[] = [];
  chat.page.on("request", (request) => fetched.push(request.url()));
  await chat.open();
  await chat.hears(/welcome/i);
  for (const sample of awkwardTexts) {
    pages.simulator.control.addFault({ kind: "awkward_text", sample, route: "respond", times: 1 });
    await chat.page.locator("baton-chat .input").fill(awkwardText[sample].slice(0, 900)); // to Arabic the chat answers in Arabic
    await chat.page.keyboard.press("Enter");
    await expect.poll(() => chat.log.locator("[data-by=assistant]").count()).toBeGreaterThan(awkwardTexts.indexOf(sample) + 1);
  }
  expect(await chat.page.evaluate(() => "pwned" in window)).toBe(false);
  expect(await chat.page.evaluate(() => document.querySelectorAll("*").length)).toBe(before);
  expect(await chat.log.locator("script, img, iframe, style, svg, a:not([href^='http'])").count()).toBe(0);
  expect(fetched.filter((url) => !url.startsWith(pages.bridgeUrl) && !ofTheShop.includes(url))).toEqual([]);
  expect(await amiss(chat.page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("F30 a page that is reloaded in the middle of a turn shows the answer, once, and the panel is open as it was", async () => {
  const { chat, complaints } = await visit();
  await chat.open();
  await chat.hears(/welcome/i);
  const before = pages.simulator.control.respondCount();
  await chat.message.fill("I want a refund");
  await chat.button("Send").click();
  await expect.poll(() => pages.simulator.control.respondCount()).toBe(before + 1);
  await chat.page.reload();
  await chat.panel.waitFor();
  await chat.hears("order number");
  expect(await chat.log.getByText("I want a refund", { exact: true }).count()).toBe(1);
  expect(pages.simulator.control.respondCount()).toBe(before + 1);
  expect(complaints).toEqual([]);
});

test("F30 after the browser was closed and started again the chat is there, and goes on", async () => {
  const { chat, context } = await visit();
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.message.fill("A-1001 I thi");
  const storageState = await context.storageState();
  await context.close();
  const again = await visit({ storageState });
  await again.chat.open();
  await again.chat.hears("order number");
  expect(await again.chat.message.inputValue()).toBe("A-1001 I thi");
  await again.chat.say("A-1001");
  await again.chat.hears("passing you over");
  expect(again.complaints).toEqual([]);
});

test("where the browser keeps nothing the visitor can chat all the same", async () => {
  const visitor = await pages.visit(DESKTOP);
  await visitor.context.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("no", "SecurityError");
        },
      });
    }
  });
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  expect(visitor.complaints).toEqual([]);
});

test("while the bridge is away a line waits and says so; then it goes by itself", async () => {
  for (const [name, screen] of [["desktop", DESKTOP] as const, ["phone-dark", { ...PHONE, colorScheme: "dark" as const }] as const]) {
    const { chat } = await visit(screen, "/");
    await chat.open();
    await chat.hears(/welcome/i);
    await pages.stopBridge();
    await chat.say("I want a refund");
    await chat.log.getByText("Waiting for connection…").waitFor();
    expect(await chat.log.getByText("Not delivered").count()).toBe(0);
    await chat.status.getByText("No connection. Trying again…").waitFor();
    expect(await amiss(chat.page)).toEqual([]);
    await shot(chat.page, `${name}-a-bridge-away`);
    await pages.startBridge();
    await chat.hears("order number");
    expect(await chat.log.getByText("I want a refund", { exact: true }).count()).toBe(1);
  }
});

test("a panel, or what comes behind it, that cannot be loaded says so and can be tried again", async () => {
  const visitor = await pages.visit(DESKTOP);
  const page = await visitor.context.newPage();
  await failOnce(page, /\/frame-[^?]*$/);
  await failOnce(page, /\/panel-[^?]*$/);
  await failOnce(page, /\/later-[^?]*$/);
  await failOnce(page, /\/later-.*\?1$/); // it is asked for again by itself once there is a chat
  const laterFailed = page.waitForResponse(/\/later-[^?]*$/);
  await page.route("**/conversations", async (route) => (await laterFailed, route.continue())); // and not before it has failed
  await page.goto(`${pages.shopUrl}/plain`);
  const chat = chatOn(page);
  await chat.launcher.dispatchEvent("click"); // a mouse that comes near has it loaded, and would make an attempt of its own
  const failed = page.waitForResponse("**/panel-*.js");
  await chat.button("Open chat: not loaded, try again").click(); // the frame comes, and what belongs in it does not
  await failed;
  await chat.panel.waitFor({ state: "hidden" });
  await chat.button("Open chat: not loaded, try again").click();
  await chat.hears(/welcome/i); // as plain text: its marks cannot be read yet
  await page.getByText("Parts of this chat could not be loaded.").waitFor();
  expect(await amiss(page)).toEqual([]);
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await chat.button("Talk to a person").click();
  await chat.page.getByText("Leave a message").waitFor();
  expect(await chat.log.locator("strong", { hasText: "orders" }).count()).toBe(1);
});

test("where the page has broken what the panel is built with that is said, and on a phone too the way back to the page is one press", async () => {
  const visitor = await pages.visit(PHONE);
  await visitor.context.addInitScript(() => {
    Object.assign(window, { BroadcastChannel: () => {} }); // which cannot be constructed
  });
  const chat = chatOn(await visitor.open("/"));
  await chat.launcher.click();
  await chat.page.getByRole("alert").getByText("Something went wrong.").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await chat.button("Close chat").click();
  await chat.page.getByRole("link", { name: "Orders" }).click();
  await chat.page.waitForURL("**/orders");
  expect(visitor.complaints).toEqual([]);
});

test("a frame that could not be loaded is spoken of no more once it is there", async () => {
  const visitor = await pages.visit(DESKTOP);
  const page = await visitor.context.newPage();
  await failOnce(page, /\/frame-[^?]*$/);
  await page.goto(`${pages.shopUrl}/plain`);
  const chat = chatOn(page);
  await chat.launcher.dispatchEvent("click");
  await chat.button("Open chat: not loaded, try again").click();
  await chat.hears(/welcome/i);
  await expect
    .poll(() => page.locator("baton-chat .launcher").evaluate((it: HTMLElement) => [it.ariaLabel, it.title]))
    .toEqual(["Open chat", ""]);
});

test("a chat that is a part of the page and could not be loaded is tried again by itself, and the page hears of no end of it", async () => {
  const visitor = await pages.visit(DESKTOP);
  const page = await visitor.context.newPage();
  await failOnce(page, /\/panel-[^?]*$/);
  await page.addInitScript(() => {
    const told: string[] = [];
    for (const type of ["open", "close"]) document.addEventListener(type, () => told.push(type), { capture: true });
    Object.assign(window, { told });
  });
  const url = pages.own.put("/inline", {
    body: `<!doctype html><html lang="en"><title>Inline</title><main><script async src="${pages.bridgeUrl}/baton.js"></script><baton-chat data-site="shop" data-render-mode="inline"></baton-chat></main></html>`,
  });
  const failed = page.waitForResponse("**/panel-*.js");
  await page.goto(url);
  await failed;
  const chat = chatOn(page);
  await chat.log.waitFor();
  await chat.message.focus();
  await chat.hears(/welcome/i);
  expect(await page.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual(["open"]);
});

/** The file under this address, and under this address only, cannot be had. */
async function failOnce(page: Page, address: RegExp): Promise<void> {
  await page.route(address, (route) => route.fulfill({ status: 503, headers: { "access-control-allow-origin": "*" } }));
}
