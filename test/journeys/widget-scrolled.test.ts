import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { visitMoment } from "./moment.ts";
import { chatOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// What a long chat does while more is said: real bundle, strict page.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

async function begun() {
  const chat = chatOn(await (await pages.visit(DESKTOP)).open("/plain"));
  await chat.open();
  await chat.hears(/welcome/i);
  return chat;
}

test("who has scrolled up to read is not pulled away, is told what comes, and gets back with one press", async () => {
  const chat = await begun();
  for (let line = 1; line <= 8; line += 1) {
    const before = await chat.log.locator("[data-by=assistant]").count();
    await chat.say(`And what about order number ${line}, which I made some weeks ago and which has not come?`);
    await expect.poll(() => chat.log.locator("[data-by=assistant]").count()).toBeGreaterThan(before);
  }
  await chat.log.hover();
  await chat.page.mouse.wheel(0, -600);
  await chat.button("Go to the latest message").waitFor();
  const top = () => chat.log.evaluate((log) => log.scrollTop);
  await chat.page.waitForFunction(() => {
    const log = document.querySelector("baton-chat")!.shadowRoot!.querySelector(".log")!;
    const before = (log as HTMLElement).dataset["tops"]?.split(" ").slice(-9) ?? [];
    (log as HTMLElement).dataset["tops"] = [...before, log.scrollTop].join(" ");
    return before.length === 9 && before.every((top) => Number(top) === log.scrollTop); // it has come to rest, for ten frames
  });
  const from = await top();
  await chat.page.evaluate(() => (globalThis as { Baton?: { send(text: string): void } }).Baton!.send("hello again")); // not by the visitor's hand
  await chat.button("1 new message").waitFor();
  expect(await top()).toBe(from);
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "desktop-scrolled-up");
  await chat.button("1 new message").click();
  const toEnd = () => chat.log.evaluate((log) => Math.floor(log.scrollHeight - log.scrollTop - log.clientHeight));
  await expect.poll(toEnd).toBe(0);
  await expect.poll(() => chat.button(/new message|latest/).count()).toBe(0);

  await chat.log.hover();
  await chat.page.mouse.wheel(0, -600);
  await chat.button("Go to the latest message").waitFor();
  await chat.say("and again"); // who says something sees it
  await expect.poll(toEnd).toBe(0);
});

test("what gets less room, then more, and grows meanwhile, is no visitor who scrolls up", async () => {
  const chat = await begun();
  await chat.say("And what about my order, which I made some weeks ago and which has not come?");
  await chat.hears(/order/);
  for (const change of [
    (log: HTMLElement) => Object.assign(log.style, { flex: "none", height: "200px" }),
    (log: HTMLElement) => {
      log.style.height = "260px";
      void log.scrollTop; // as a script of the page's may: the browser has to move what is seen at once
      (log.firstElementChild as HTMLElement).style.minHeight = "700px";
    },
  ]) {
    await chat.log.evaluate(change);
    await chat.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await expect.poll(() => chat.log.evaluate((log) => Math.floor(log.scrollHeight - log.scrollTop - log.clientHeight))).toBe(0);
  }
});

test.each([
  ["the menu, on a phone on its side", { ...PHONE, viewport: { width: 844, height: 390 } }, "more"],
  ["the question, on a desktop at 400 %", { viewport: { width: 320, height: 256 } }, "end"],
])("what takes back to the end covers nothing of what is open under the header: %s", async (_, screen, part) => {
  const { inside } = await visitMoment(pages, "25-scrolled-up", screen);
  await inside(`[part=${part}]`).click();
  const open = inside(".more, .sure").first();
  await open.waitFor();
  const covered = await open.locator("button, label").evaluateAll((all) =>
    all
      .filter((it) => {
        it.scrollIntoView({ block: "end" });
        const { left, right, top, bottom } = it.getBoundingClientRect();
        const points = [0.1, 0.3, 0.5, 0.7, 0.9].map((part) => [left + (right - left) * part, bottom - (bottom - top) / 4] as const);
        return points.some(([x, y]) => (it.getRootNode() as ShadowRoot).elementFromPoint(x, y)?.closest(".jump"));
      })
      .map((it) => it.textContent),
  );
  expect(covered).toEqual([]);
});
