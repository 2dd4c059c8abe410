import { afterAll, beforeAll, expect, test } from "vitest";
import { momentsIn, tell } from "../gallery-states.ts";
import { PHONE, startPages } from "./pages-rig.ts";

// What one sees at a glance and no other test would notice: what stands where, what is cut off, which button is meant.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { look: { suggestions: ["Where is my order?"] } } });
});
afterAll(() => pages.stop());

const LAPTOP = { viewport: { width: 1280, height: 640 } };

async function at(name: string, screen: object = LAPTOP, locale: "en" | "ar" = "en") {
  const moment = momentsIn(locale)[name]!; // named here
  const visitor = await pages.visit(screen);
  await tell(visitor.context, moment, pages.own.url);
  const page = await visitor.open(
    pages.own.put(`/${locale}`, {
      body: `<!doctype html><html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}"><meta name="viewport" content="width=device-width"><title>Shape</title><script async src="${pages.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
    }),
  );
  const inside = (selector: string) => page.locator(`baton-chat ${selector}`);
  await inside(".launcher").click();
  await inside(".input, .sheet").first().waitFor();
  await page.waitForLoadState("networkidle");
  await moment.does?.(page, inside);
  const edges = (selector: string) =>
    inside(selector)
      .first()
      .evaluate((it) => it.getBoundingClientRect().toJSON() as Record<"left" | "right" | "top" | "bottom", number>);
  return { page, inside, edges };
}

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
