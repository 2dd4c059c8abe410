import { afterAll, beforeAll, expect, test } from "vitest";
import { LAPTOP, visitMoment } from "./moment.ts";
import { PHONE, startPages } from "./pages-rig.ts";

// What one sees at a glance and no other test would notice: what stands where, what is cut off, which button is meant.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { look: { suggestions: ["Where is my order?"] } } });
});
afterAll(() => pages.stop());

const at = (name: string, screen: object = LAPTOP, locale: "en" | "ar" = "en") => visitMoment(pages, name, screen, locale);

/** Where the words of each begin and end, and not its box. */
const words = (all: Element[]) =>
  all.map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const { left, right } = range.getBoundingClientRect();
    return { left, right };
  });

test.each(["11-menu", "12-really", "15-one-form", "16-every-way", "17-mistakes", "18-rating"])(
  "%s leaves what is below it inside the panel, on a low screen too",
  async (name) => {
    const { edges } = await at(name);
    const [panel, last] = [await edges(".panel"), await edges(".composer, .sheet:last-child")];
    expect(last.bottom).toBeLessThanOrEqual(panel.bottom);
    expect(last.top).toBeLessThan(panel.bottom - 40);
  },
);

test.each([
  ["13-in-line", "zoomed in to 400 %", { viewport: { width: 320, height: 256 } }],
  ["13-in-line", "held sideways above a keyboard", { viewport: { width: 740, height: 170 } }],
  ["14-passed-on", "zoomed in to 400 %", { viewport: { width: 320, height: 256 } }],
])("%s, %s: there is a field to write in, whole", async (name, _, screen) => {
  const { edges } = await at(name, screen);
  const [panel, field] = [await edges(".panel"), await edges(".input")];
  expect([field.top >= panel.top, field.bottom <= panel.bottom]).toEqual([true, true]);
  expect(field.bottom - field.top).toBeLessThan(50); // and no line more than is needed
});

test("who edits a message that was refused writes on at once", async () => {
  const { page, inside } = await at("20-refused");
  await inside(".problem button").first().click();
  await page.keyboard.type("Shorter ");
  await expect.poll(() => inside(".input").inputValue()).toContain("Shorter");
});

test("what can be tried again stands under the message that it is about", async () => {
  const { edges } = await at("19-lost", PHONE);
  expect((await edges(".lost button")).right).toBe((await edges("[data-by=visitor] .bubble")).right);
});

test("what went wrong with a message ends where the message ends, also where it takes two lines", async () => {
  const { inside, edges } = await at("20-refused", { ...PHONE, viewport: { width: 320, height: 640 } });
  await inside(".problem").evaluate((it) => (it.style.width = "140px")); // as where words are long
  const last = await inside(".problem button:last-child").evaluate((it) => it.getBoundingClientRect().right);
  expect(Math.abs(last - (await edges(".problem")).right)).toBeLessThan(2);
});

test.each([
  ["15-one-form", ["Send message"]],
  ["16-every-way", []],
  ["18-rating", ["Send rating"]],
  ["22-over", ["Start a new chat"]],
])("of the buttons of %s the one that is meant stands out, and no other: %j", async (name, meant) => {
  const { page, inside } = await at(name, PHONE);
  await page.mouse.move(0, 0); // on none of them
  const filled = await inside(".sheet button").evaluateAll((all) =>
    all
      .filter((it) => (it as HTMLElement).checkVisibility() && getComputedStyle(it).backgroundColor !== "rgba(0, 0, 0, 0)")
      .map((it) => it.textContent),
  );
  expect(filled).toEqual(meant);
});

test.each(["22-over", "26-deleted"])("nobody seems to write, and nothing is suggested, in a chat that is over: %s", async (name) => {
  const { inside } = await at(name, PHONE);
  expect([await inside(".typing").count(), await inside(".suggestions").count()]).toEqual([0, 0]);
});

test("nobody seems to write where there is no connection", async () => {
  const { inside } = await at("21-offline", PHONE);
  expect(await inside(".typing").count()).toBe(0);
});

test.each(["en", "ar"] as const)("the words of a bubble stand clear of its edge, whichever way they run: %s", async (locale) => {
  const { inside } = await at("27-bubble", PHONE, locale);
  const [left, right] = await inside(".greeting").evaluate((box) => {
    const range = document.createRange();
    range.selectNodeContents(box.querySelector("button")!); // the words, which come first
    const [of, around] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
    return [of.left - around.left, around.right - of.right];
  });
  expect(Math.min(left!, right!)).toBeGreaterThanOrEqual(16);
});

test("the last message is clear of where messages fade", async () => {
  const { inside, edges } = await at("23-read", PHONE);
  const faded = await inside(".log").evaluate((log) => Number(/([\d.]+)px\)$/.exec(getComputedStyle(log).maskImage)?.[1]));
  expect(faded).toBeGreaterThan(0);
  expect((await edges(".log > div > :last-child")).bottom).toBeLessThanOrEqual((await edges(".log")).bottom - faded);
});

test("parts that could not be loaded leave a chat that can be read: who speaks, apart from when", async () => {
  const { inside } = await at("24-parts-missing", PHONE);
  const gap = await inside(".by")
    .first()
    .evaluate((by) => {
      const range = document.createRange();
      range.selectNode(by.firstChild!); // the name
      return by.querySelector("time")!.getBoundingClientRect().left - range.getBoundingClientRect().right;
    });
  expect(gap).toBeGreaterThanOrEqual(4);
});

test("what shows that somebody writes stands in one line, and is drawn where colours are forced", async () => {
  const { page, inside } = await at("23-read", PHONE);
  const dots = inside(".typing i");
  const tops = await dots.evaluateAll((all) => all.map((it) => (it as HTMLElement).offsetTop));
  expect([tops.length, new Set(tops).size]).toEqual([3, 1]);
  await page.emulateMedia({ forcedColors: "active" });
  const [ink, paper] = await inside(".typing").evaluate((it) => [
    getComputedStyle(it.querySelector("i")!).borderTopColor,
    getComputedStyle(it.querySelector(".bubble")!).backgroundColor,
  ]);
  expect(await dots.first().evaluate((it) => getComputedStyle(it).borderTopStyle)).toBe("solid");
  expect(ink).not.toBe(paper);
});

test("that an image could not be loaded stands in its card where the words of the card begin", async () => {
  const { page, inside, edges } = await at("10-rich", PHONE);
  await page.route("https://images.acme.example/**", (route) => route.abort());
  await inside(".attachment summary").click();
  await inside(".attachment p").waitFor();
  const [said] = await inside(".attachment p").evaluateAll(words);
  const [card, link] = [await edges(".attachment"), await edges(".attachment .call svg")];
  expect([said!.left - link.left, said!.left - card.left > 10]).toEqual([0, true]);
});

test("in an English chat on a page from right to left the way to a person stands where English begins, also in two lines", async () => {
  const { page, inside, edges } = await at("11-menu");
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  expect((await edges(".person")).left - (await edges(".panel")).left).toBeLessThan(20);
  expect(await inside(".person").evaluate((it) => getComputedStyle(it).textAlign)).toBe("start");
});

test("everything in the menu begins in one line, and what is wrong with it does too", async () => {
  const { page, inside } = await at("11-menu");
  await page.evaluate(() => (Notification.requestPermission = async () => "denied"));
  await inside(".more input").last().click();
  await inside(".more p").waitFor();
  const lefts = (await inside(".more").locator("button, label, p, a:first-of-type").evaluateAll(words)).map(({ left }) => Math.round(left));
  expect([lefts.length > 5, new Set(lefts).size]).toEqual([true, 1]);
});

test("with two mistakes in a form what sends it is whole all the same", async () => {
  const { edges } = await at("17-mistakes", { viewport: { width: 900, height: 760 } });
  expect((await edges("form .primary")).bottom).toBeLessThan((await edges(".panel")).bottom - 4);
});
