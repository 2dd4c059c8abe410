import type { BrowserContextOptions, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inFirefox } from "../browser.ts";
import { amiss } from "./axe.ts";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// What can be done with a message, and what stands beside it: real bundle, strict page.

const ARABIC = { locale: "ar", colorScheme: "dark" as const };
const once = onlyInChromium("no browser makes a difference to these");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

async function visit(options: BrowserContextOptions = {}, before?: () => void) {
  const visitor = await pages.visit({ ...DESKTOP, ...options });
  if (before) await visitor.context.addInitScript(before);
  else await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const language = options.locale ?? "en";
  const chat = chatOn(
    await visitor.open(
      pages.own.put(`/copy-${language}`, {
        body: `<!doctype html><html lang="${language}"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Copy</title><body></body><script async src="${pages.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
      }),
    ),
  );
  const inside = (selector: string): Locator => chat.page.locator(`baton-chat ${selector}`);
  await inside(".launcher").click();
  await inside("[data-by=assistant] .bubble").first().waitFor();
  await inside(".log").hover();
  await inside(".copy button").waitFor({ state: "attached" });
  return { ...visitor, chat, inside, clipboard: () => chat.page.evaluate(() => navigator.clipboard.readText()) };
}

const screens: [name: string, BrowserContextOptions, copied: string][] = [
  ["desktop", DESKTOP, "Copied"],
  ["phone", PHONE, "Copied"],
  ["desktop-dark-rtl", { ...DESKTOP, ...ARABIC }, "تم النسخ"],
  ["phone-dark-rtl", { ...PHONE, ...ARABIC }, "تم النسخ"],
];
const reached = screens.filter(([, { hasTouch }]) => !(hasTouch && inFirefox)); // which Playwright does not touch
test.each(reached)("who points at a message, or touches it, can copy it: %s", async (name, screen, copied) => {
  const { chat, inside, clipboard, complaints } = await visit(screen);
  await inside(".input").fill("I want a refund, please");
  await inside(".send").click();
  await chat.hears(/order number/);
  const button = inside(".copy button");
  expect(await button.getAttribute("data-shown")).toBeNull();
  for (const by of ["visitor", "assistant"]) {
    const bubble = inside(`[data-by=${by}] .bubble`).last();
    if (screen.hasTouch) await bubble.tap();
    else await bubble.hover();
    await inside(".copy [data-shown]").waitFor();
    const isBeside = async (): Promise<boolean> => {
      const [its, of] = [(await button.boundingBox())!, (await bubble.boundingBox())!]; // both are drawn
      const isClear = its.x + 0.1 >= of.x + of.width || its.x + its.width <= of.x + 0.1; // not on it
      return isClear && Math.abs(its.y + its.height / 2 - of.y - of.height / 2) < 2;
    };
    await expect.poll(isBeside).toBe(true);
    if (screen.hasTouch) await button.tap();
    else await button.click();
    await inside(".copy").getByText(copied).waitFor();
    expect(await clipboard()).toBe(await bubble.innerText());
    expect(await amiss(chat.page)).toEqual([]);
    await shot(chat.page, `${name}-copied-${by}`);
  }
  await expect.poll(() => inside(".copy p").textContent()).toBe("");
  expect(complaints).toEqual([]);
});

test("who uses the keyboard has one stop for all messages, behind them, and goes through them with the arrows", async () => {
  const { chat, clipboard } = await visit();
  await chat.say("I want a refund");
  await chat.hears(/order number/);
  expect(await chat.log.getByRole("button", { name: "Copy message" }).count()).toBe(0); // it would be read out with each message
  await chat.log.focus();
  await chat.page.keyboard.press("Tab");
  const button = chat.button("Copy message");
  await expect.poll(() => button.evaluate((it) => it.matches(":focus-visible") && it.ariaDescription)).toMatch(/order number/);
  await chat.page.keyboard.press("ArrowUp");
  await expect.poll(() => button.evaluate((it) => it.matches(":focus-visible") && it.ariaDescription)).toBe("I want a refund");
  await chat.page.keyboard.press("Enter");
  await chat.page.getByText("Copied").waitFor();
  expect(await clipboard()).toBe("I want a refund");
  await chat.page.keyboard.press("ArrowUp");
  await chat.page.keyboard.press("ArrowUp"); // there is none before the first
  await chat.page.keyboard.press("Enter");
  await expect.poll(clipboard).toMatch(/welcome/i);
  await chat.page.keyboard.press("Tab");
  await expect.poll(() => button.getAttribute("data-shown")).toBeNull();
});

test("where the page has no clipboard the message is copied all the same, and the focus stays", async () => {
  const { chat } = await visit({}, () => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await chat.log.focus();
  await chat.page.keyboard.press("Tab");
  await chat.page.keyboard.press("Enter");
  await chat.page.getByText("Copied").waitFor();
  expect(await chat.button("Copy message").evaluate((it) => it.matches(":focus"))).toBe(true);
  await chat.message.focus();
  await chat.page.keyboard.press("Control+V");
  await expect.poll(() => chat.message.inputValue()).toMatch(/welcome/i);
});

test("where nothing can be copied, that is said", async () => {
  const { chat } = await visit({}, () => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("not allowed")) } });
    document.execCommand = () => false;
  });
  await chat.log.focus();
  await chat.page.keyboard.press("Tab");
  await chat.page.keyboard.press("Enter");
  await chat.page.getByText("This browser does not allow copying. Select the text instead.").waitFor();
});

once.each([
  ["desktop", DESKTOP, "Read"],
  ["phone-dark-rtl", { ...PHONE, ...ARABIC }, "تمت القراءة"],
] as const)("what the person has read is marked under the last such line, and told to nobody: %s", async (name, screen, read) => {
  const { chat, inside, complaints } = await visit(screen);
  await inside(".person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await chat.hears(/Sam/);
  for (const line of ["Hello Sam", "Are you there?"]) {
    await inside(".input").fill(line);
    await inside(".send").click();
    await sam.hears(line);
    await inside("[data-by=visitor]").last().getByText(read, { exact: true }).waitFor();
  }
  expect(await chat.log.getByText(read, { exact: true }).count()).toBe(1);
  expect(await inside("[data-by=visitor] .mark").last().getAttribute("aria-live")).toBe("off"); // the log around it is read out
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `${name}-read`);
  expect(complaints).toEqual([]);
  await sam.end();
});
