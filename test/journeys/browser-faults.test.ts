import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// What a browser does to a chat: many tabs, double presses, no network, a wrong clock, spoilt storage. Real bundle, real Chromium.

const YEARS_MS = 10 * 365 * 86_400_000;
const HOUR_MS = 3_600_000;

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

async function visit(path = "/plain") {
  const visitor = await pages.visit(DESKTOP);
  return { ...visitor, path, tab: async () => chatOn(await visitor.open(path)) };
}
type Chat = ReturnType<typeof chatOn>;

/** What is said in the chat, as it is shown, from top to bottom. */
const shown = (chat: Chat) => chat.log.locator("[data-by]").allInnerTexts();
const timesShown = (chat: Chat, text: string) => chat.log.getByText(text, { exact: true }).count();

test("F29 seven tabs, one more than a browser has connections: each shows the same, each can write, and one holds the stream", async () => {
  const visitor = await visit();
  const first = await visitor.tab();
  await first.open();
  await first.hears(/welcome/i);
  const others: Chat[] = [];
  for (let n = 2; n <= 7; n++) others.push(await visitor.tab());
  for (const chat of others) {
    await chat.open();
    await chat.hears(/welcome/i);
  }
  await others.at(-1)!.say("I want a refund");
  for (const chat of [first, ...others]) await chat.hears("order number");
  await first.say("A-1001");
  for (const chat of [first, ...others]) await chat.hears("passing you over");
  const lists = await Promise.all([first, ...others].map(shown));
  expect(new Set(lists.map((list) => list.length)).size).toBe(1);
  for (const chat of [first, ...others]) expect(await timesShown(chat, "I want a refund")).toBe(1);
  expect(visitor.complaints).toEqual([]);
});

test("F31 Enter held down, and the button pressed twice: one line", async () => {
  const visitor = await visit();
  const chat = await visitor.tab();
  await chat.open();
  await chat.hears(/welcome/i);
  const before = pages.simulator.control.respondCount();
  await chat.message.fill("I want a refund");
  await chat.message.evaluate((box) => {
    for (let n = 0; n < 5; n++)
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true, repeat: n > 0 }));
  });
  await chat.hears("order number");
  await chat.message.fill("how are you?");
  await chat.button("Send").dblclick();
  await chat.hears("Very well");
  expect(await timesShown(chat, "I want a refund")).toBe(1);
  expect(await timesShown(chat, "how are you?")).toBe(1);
  expect(pages.simulator.control.respondCount()).toBe(before + 2);
});

test("F32 I-4 without a network lines wait; when it is back they go by themselves, in order, each once", async () => {
  const visitor = await visit();
  const chat = await visitor.tab();
  await chat.open();
  await chat.hears(/welcome/i);
  let failed = 0;
  visitor.context.on("requestfailed", () => failed++);
  await visitor.context.setOffline(true);
  for (const line of ["one", "two", "three"]) await chat.say(line);
  await chat.log.getByText("Waiting for connection…").first().waitFor();
  await expect.poll(() => failed).toBeGreaterThan(2); // the stream that broke, and tries since
  await visitor.context.setOffline(false);
  await expect.poll(() => chat.log.getByText("Waiting for connection…").count(), { timeout: 20_000 }).toBe(0);
  await expect
    .poll(
      () =>
        pages.simulator.control
          .requests()
          .flatMap(({ body }) => said(body))
          .slice(-3),
      { timeout: 20_000 },
    )
    .toEqual(["one", "two", "three"]);
  for (const line of ["one", "two", "three"]) expect(await timesShown(chat, line)).toBe(1);
});

test.each([YEARS_MS, -YEARS_MS])(
  "F34 with a clock that is wrong by %d ms, and set by an hour meanwhile, lines go and times are the bridge's",
  async (wrongMs) => {
    const visitor = await visit();
    await visitor.context.addInitScript((ms: number) => {
      const right = Date.now.bind(Date);
      Object.assign(window, { wrongMs: ms });
      Date.now = () => right() + (window as unknown as { wrongMs: number }).wrongMs;
    }, wrongMs);
    const chat = await visitor.tab();
    const set = (ms: number) => chat.page.evaluate((by) => void ((window as unknown as { wrongMs: number }).wrongMs += by), ms);
    await chat.open();
    await chat.hears(/welcome/i);
    await set(-HOUR_MS);
    await chat.say("I want a refund");
    await chat.hears("order number");
    await set(2 * HOUR_MS);
    await chat.say("how are you?");
    await chat.hears("Very well");
    const times = await chat.log.locator("time").evaluateAll((all) => all.map((time) => time.getAttribute("datetime") ?? ""));
    expect(times.length).toBeGreaterThan(0);
    expect(times.filter((time) => Math.abs(Date.parse(time) - Date.now()) > 60_000)).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  },
);

test("F36 storage that was spoilt, or written by another version, is given up, and the chat begins anew", async () => {
  const visitor = await visit();
  let chat = await visitor.tab();
  for (const spoilt of ["{", '{"version":99}', "[]", "null", "42"]) {
    await chat.open();
    await chat.hears(/welcome/i);
    await chat.page.evaluate((value) => {
      for (const name of Object.keys(localStorage)) localStorage.setItem(name, value);
    }, spoilt);
    await chat.page.close();
    chat = await visitor.tab();
  }
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  expect(visitor.complaints).toEqual([]);
});

function said(body: unknown): string[] {
  return typeof body === "object" && body !== null && "message" in body ? [String(body.message)] : [];
}
