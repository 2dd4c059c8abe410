import { awkwardText } from "@baton/demo/assistant/awkward-texts";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inFirefox } from "../browser.ts";
import { amiss } from "./axe.ts";
import { chatOn, deskOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// The widget as it ships, on pages that enforce a strict content policy and Trusted Types: what the browser finds wrong is a complaint.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

const screens: [name: string, BrowserContextOptions][] = [
  ["phone", { ...PHONE, colorScheme: "light" }],
  ["phone-dark", { ...PHONE, colorScheme: "dark" }],
  ["desktop", { ...DESKTOP, colorScheme: "light" }],
  ["desktop-dark", { ...DESKTOP, colorScheme: "dark" }],
  ["narrow", { viewport: { width: 320, height: 568 } }],
  ["zoomed", { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }], // 1280 × 800 at 200 %
];
// Firefox cannot be told to be dark, and axe takes it three times as long.
test.each(screens.filter(([name]) => !inFirefox || name === "phone"))(
  "on a %s assistive technology finds nothing amiss at any moment of the story, and the browser nothing to complain about",
  async (name, screen) => {
    const visitor = await pages.visit(screen);
    const chat = chatOn(await visitor.open("/product/teapot"));
    const isFine = async (moment: string) => {
      expect(await amiss(chat.page), moment).toEqual([]);
      await expect.poll(() => chat.log.evaluateAll(toTheEnd), { message: moment }).toEqual(moment === "0-closed" ? [] : [0]);
      await shot(chat.page, `${name}-${moment}`);
    };
    await chat.launcher.waitFor();
    await isFine("0-closed");
    await chat.open();
    await chat.hears(/welcome/i);
    await isFine("1-greeting");
    await chat.say("I want a refund");
    await chat.hears("order number");
    await isFine("2-chatting");
    await chat.say("A-1001");
    await chat.hears("passing you over");
    await chat.status.getByText(/You are next|in line/).waitFor();
    await isFine("3-waiting");
    const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
    await sam.accept();
    await sam.say("Hello! I have your order in front of me: the refund is on its way.");
    await chat.hears("the refund is on its way");
    await isFine("4-person");
    await chat.button("End chat").click();
    await chat.page.getByText("End this chat?").waitFor();
    await isFine("5-sure");
    await chat.button("End chat").last().click();
    await chat.page.getByText("You ended this chat.").waitFor();
    expect(await chat.page.getByLabel("Anything to add?").isVisible()).toBe(false);
    await isFine("6-ended");
    await chat.page.getByRole("radio", { name: "5 of 5" }).click({ force: true });
    await chat.page.getByLabel("Anything to add?").fill("Quick and kind.");
    await isFine("7-rating");
    await chat.button("Send rating").click();
    await chat.page.getByText("Thank you for your rating.").waitFor();
    await isFine("8-rated");
    await chat.button("Start a new chat").click();
    await chat.hears(/welcome/i);
    expect(await chat.log.getByText("I want a refund").count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  },
);

test.each([
  ["a desktop", DESKTOP],
  ["a small screen", { viewport: { width: 390, height: 700 } }],
])(
  "with the keyboard alone on %s: open, write, ask for a person, end, rate, start anew, close, and be back where it began",
  async (_, screen) => {
    const visitor = await pages.visit(screen);
    const chat = chatOn(await visitor.open("/plain"));
    const { keyboard } = chat.page;
    await chat.launcher.waitFor();
    await keyboard.press("Tab");
    await expect.poll(() => focused(chat.page)).toBe("Open chat");
    await keyboard.press("Enter");
    await chat.hears(/welcome/i);
    await expect.poll(() => focused(chat.page)).toBe("Message");
    await keyboard.type("hello");
    await keyboard.press("Enter");
    await chat.log.getByText("hello", { exact: true }).waitFor();
    await tabTo(chat.page, "Talk to a person", "Shift+Tab");
    await keyboard.press("Enter");
    await chat.status.getByText(/You are next|in line|waiting/).waitFor();
    await expect.poll(() => focused(chat.page)).toBe("Message"); // the button has gone
    await tabTo(chat.page, "End chat", "Shift+Tab");
    await keyboard.press("Enter");
    await chat.page.getByText("End this chat?").waitFor();
    await expect.poll(() => focused(chat.page)).toBe("Keep chatting");
    await keyboard.press("Shift+Tab");
    await expect.poll(() => focused(chat.page)).toBe("End chat"); // the one that means it
    await keyboard.press("Enter");
    await chat.status.getByText("You ended this chat.").waitFor();
    await expect.poll(() => focused(chat.page)).toBe("Acme Shop"); // the button has gone, the visitor has not
    await tabTo(chat.page, "1 of 5");
    await keyboard.press("ArrowRight");
    await expect.poll(() => focused(chat.page)).toBe("2 of 5");
    await tabTo(chat.page, "Send rating");
    await keyboard.press("Enter");
    await chat.page.getByText("Thank you for your rating.").waitFor();
    await tabTo(chat.page, "Start a new chat");
    await keyboard.press("Enter");
    await chat.hears(/welcome/i);
    await keyboard.press("Escape");
    await chat.panel.waitFor({ state: "hidden" });
    await expect.poll(() => focused(chat.page)).toBe("Open chat");
    expect(visitor.complaints).toEqual([]);
  },
);

test("a panel over the whole screen keeps the focus; one in a corner lets it go on to the page", async () => {
  const visitor = await pages.visit({ viewport: { width: 390, height: 700 } });
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  const seen = new Set<string>();
  // Past the end Firefox is in its own toolbar, and WebDriver's next key comes back to where it was; so both ways.
  for (let step = 0; step < 20; step += 1) {
    await chat.page.keyboard.press(step < 10 ? "Tab" : "Shift+Tab");
    seen.add(await focused(chat.page));
  }
  expect(
    [...seen].filter(
      (name) =>
        !["", "End chat", "More", "Close chat", "Messages", "Copy message", "Talk to a person", "Message", "Acme Shop"].includes(name),
    ),
  ).toEqual([]);
  expect(seen).toContain("Close chat");
  expect(await isCovered(chat.page.locator("baton-chat .launcher"))).toBe(true);

  await chat.page.setViewportSize(DESKTOP.viewport);
  await expect.poll(() => chat.panel.isVisible()).toBe(true);
  await expect.poll(() => chat.page.locator("baton-chat dialog:modal").count()).toBe(0); // the browser tells of the new size when it draws
  await chat.page.getByRole("link", { name: "Orders" }).click(); // the page under it can be used
  await chat.page.waitForURL("**/orders");
  await chat.panel.waitFor(); // and the panel is open again on the next
  await chat.hears(/welcome/i);
  await chat.button("Close chat").click();
  await chat.page.reload();
  await chat.launcher.waitFor();
  expect(await chat.panel.isVisible()).toBe(false);
});

test.each([
  ["a desktop", DESKTOP],
  ["a small screen", { viewport: { width: 390, height: 700 } }],
])(
  "on %s Escape closes what was opened last: a question, the menu, then the chat; and who opened it is where they were",
  async (_, screen) => {
    const visitor = await pages.visit(screen);
    const chat = chatOn(await visitor.open("/plain"));
    const { keyboard } = chat.page;
    await chat.open();
    await chat.hears(/welcome/i);
    await chat.button("More").focus();
    await keyboard.press("Enter");
    await chat.page.getByText("Save this conversation").waitFor();
    await tabTo(chat.page, "Save this conversation");
    await keyboard.press("Escape");
    await chat.page.getByText("Save this conversation").waitFor({ state: "hidden" });
    await expect.poll(() => focused(chat.page)).toBe("More");
    await chat.button("End chat").click();
    await chat.page.getByText("End this chat?").waitFor();
    await keyboard.press("Escape");
    await chat.page.getByText("End this chat?").waitFor({ state: "hidden" });
    await expect.poll(() => focused(chat.page)).toBe("End chat");
    expect(await chat.panel.isVisible()).toBe(true);
    await keyboard.press("Escape");
    await chat.panel.waitFor({ state: "hidden" });
    expect(visitor.complaints).toEqual([]);
  },
);

/** Whether something else lies over its middle. */
const isCovered = (what: Locator) =>
  what.evaluate((it) => {
    const { x, y, width, height } = it.getBoundingClientRect();
    return (it.getRootNode() as ShadowRoot).elementFromPoint(x + width / 2, y + height / 2) !== it; // it is in one
  });

test("on a page that runs from right to left the panel stands in the launcher's corner, and its English runs as English", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/"));
  await chat.page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await chat.open();
  await chat.hears(/welcome/i);
  const [panel, launcher] = [await chat.panel.boundingBox(), await chat.page.locator("baton-chat .launcher").boundingBox()];
  expect([panel?.x, launcher?.x]).toEqual([20, 20]);
  expect(await chat.log.evaluate((log) => getComputedStyle(log).direction)).toBe("ltr");
  expect(await amiss(chat.page)).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

test("what is destroyed leaves the page as it was, the page's own Baton included", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.page.evaluate(() => (window as unknown as { Baton: { destroy(): void } }).Baton.destroy()); // as the tag has put it there
  expect(await chat.page.evaluate(() => ["Baton" in window, document.querySelector("baton-chat")])).toEqual([false, null]);
  expect(visitor.complaints).toEqual([]);
});

test("T1 whatever an agent writes is text; and the page's policy would have stopped it otherwise", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  for (const sample of ["script", "javascript_link", "rtl", "long_word"] as const) {
    const before = await chat.log.locator("[data-by=agent]").count();
    await sam.say(awkwardText[sample]);
    await expect.poll(() => chat.log.locator("[data-by=agent]").count()).toBe(before + 1);
  }
  expect(await chat.log.locator("script, img, iframe, style, svg, a:not([href^='http'])").count()).toBe(0);
  expect(await amiss(chat.page)).toEqual([]);
  expect(visitor.complaints).toEqual([]);
  const forbids = await chat.page.evaluate(() => {
    try {
      document.createElement("p").innerHTML = "<b>";
      return false;
    } catch {
      return !("pwned" in window);
    }
  });
  expect(forbids).toBe(true);
});

/** How far each could still be scrolled down. */
function toTheEnd(logs: Element[]): number[] {
  return logs.map((log) => Math.floor(log.scrollHeight - log.scrollTop - log.clientHeight));
}

/** The name of what has the focus, in the chat or on the page. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
    return active === document.body ? "" : (active?.getAttribute("aria-label") ?? active?.textContent ?? "");
  });
}

async function tabTo(page: Page, name: string, key = "Tab"): Promise<void> {
  for (let step = 0; step < 15; step += 1) {
    await page.keyboard.press(key);
    if ((await focused(page)) === name) return;
  }
  throw new Error(`${key} does not lead to ${name}, but to ${await focused(page)}`);
}
