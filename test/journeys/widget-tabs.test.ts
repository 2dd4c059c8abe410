import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, deskOn, DESKTOP, startPages } from "./pages-rig.ts";

// One visitor with the shop in two tabs: what draws their attention.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** A visitor who wants to hear and to be told of what Sam writes, and who has gone on to a second tab. */
async function inTwoTabs() {
  const visitor = await pages.visit(DESKTOP);
  await visitor.context.addInitScript(() => {
    const tell = (what: string) => (document.documentElement.dataset["told"] = `${document.documentElement.dataset["told"] ?? ""}${what} `);
    class Heard extends AudioContext {
      constructor() {
        super();
        tell("sound");
      }
    }
    class Told extends EventTarget {
      static requestPermission = async () => "granted";
      constructor() {
        super();
        tell("notice");
      }
    }
    Object.assign(window, { AudioContext: Heard, Notification: Told });
  });
  const first = chatOn(await visitor.open("/plain"));
  await first.open();
  await first.hears(/welcome/i);
  await first.button("More").click();
  for (const name of ["Sound for new messages", "Notify me while this tab is hidden"])
    await first.page.getByRole("switch", { name }).check();
  await first.button("More").click();
  await first.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await first.hears("Sam joined");
  const second = chatOn(await visitor.open("/plain"));
  await hide(first.page);
  await second.open();
  await second.hears("Sam joined");
  return { first, second, sam };
}

test("who reads a message in one tab is not told of it by another that is hidden, but of what they have not read", async () => {
  const { first, second, sam } = await inTwoTabs();
  await sam.say("I have found your order.");
  await second.hears("I have found your order.");
  await first.hears("I have found your order.");
  await second.button("Close chat").click();
  await hide(second.page);
  await sam.say("Are you still there?");
  await expect.poll(() => toldOn(first.page)).toBe("sound notice ");
});

test("what a visitor switches off in one tab is off in the others", async () => {
  const { first, second, sam } = await inTwoTabs();
  await second.button("More").click();
  await second.page.getByRole("switch", { name: "Sound for new messages" }).uncheck();
  await second.button("Close chat").click();
  await hide(second.page);
  await sam.say("Are you still there?");
  await expect.poll(() => toldOn(first.page)).toBe("notice ");
});

/** As a tab behind another is. */
async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const [name, value] of Object.entries({ hidden: true, visibilityState: "hidden" }))
      Object.defineProperty(document, name, { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

const toldOn = (page: Page) => page.evaluate(() => document.documentElement.dataset["told"]);
