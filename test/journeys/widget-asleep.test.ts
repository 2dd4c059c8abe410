import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// Pages that the browser stops and wakes again, as it does with a tab in the background of a phone. A page is stopped as the browser would
// stop it. Those that are left, kept, and come back to are in widget-kept.test.ts.

const fast = onlyInChromium("a page that asks a question in Firefox still answers other tabs");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** Stops everything that runs in a page, as a question of the browser does. What is returned wakes it. */
async function putToSleep(page: Page): Promise<() => Promise<void>> {
  const asked = page.waitForEvent("dialog");
  const asleep = page.evaluate(() => alert("asleep"));
  const question = await asked;
  return async () => {
    await question.accept();
    await asleep;
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  };
}

/** How many streams are open at the moment. */
function countStreams(context: BrowserContext): () => number {
  const open = new Set<unknown>();
  context.on("request", (request) => request.url().includes("/entries") && open.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const) context.on(end as "requestfinished", (request) => open.delete(request));
  return () => open.size;
}

test("F32 a page that comes back after its connection broke goes on where it was, with one stream", async () => {
  const visitor = await pages.visit(DESKTOP);
  const streams = countStreams(visitor.context);
  const chat = chatOn(await visitor.open("/plain"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  const wake = await putToSleep(chat.page);
  await pages.restartBridge();
  await wake();
  await chat.say("how are you?");
  await chat.hears("Very well");
  for (const line of ["I want a refund", "how are you?"]) expect(await chat.log.getByText(line, { exact: true }).count()).toBe(1);
  await expect.poll(streams).toBe(1);
});

fast("F32 while the page that leads is asleep another goes on; when it is back both show the same, and one holds the stream", async () => {
  const visitor = await pages.visit(DESKTOP);
  const streams = countStreams(visitor.context);
  const first = chatOn(await visitor.open("/plain"));
  await first.open();
  await first.hears(/welcome/i);
  const other = chatOn(await visitor.open("/plain"));
  await other.open();
  await other.hears(/welcome/i);
  const wake = await putToSleep(first.page);
  await other.say("I want a refund");
  await other.hears("order number");
  await wake();
  await first.hears("order number");
  await first.say("how are you?");
  for (const chat of [first, other]) {
    await chat.hears("Very well");
    for (const line of ["I want a refund", "how are you?"]) expect(await chat.log.getByText(line, { exact: true }).count()).toBe(1);
  }
  await expect.poll(streams).toBe(1);
});
