import { afterAll, beforeAll, expect, test } from "vitest";
import { leaves, operatorOf, visitorOf } from "./console-page.ts";
import { PHONE, startPages } from "./pages-rig.ts";

// What a reader of its pictures would notice about the console.

let pages: Awaited<ReturnType<typeof startPages>>;
const everywhere = [
  "handoffs",
  "conversations",
  "destinations",
  "destinations/shop",
  "numbers",
  "alerts",
  "deliveries",
  "records",
  "keys",
  "audit",
];

beforeAll(async () => {
  pages = await startPages();
  await visitorOf(pages);
});
afterAll(() => pages.stop());

test("magnified four times, which leaves 320 pixels, every page fits across", async () => {
  const sam = await operatorOf(pages, { screen: { viewport: { width: 320, height: 256 } } });
  const tooWide: string[] = [];
  for (const path of everywhere) {
    await sam.page.goto(`${pages.bridgeUrl}/console/${path}`);
    await sam.page.locator("h1").waitFor();
    await sam.page.getByText("Reading…").first().waitFor({ state: "detached" });
    const over = await sam.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) tooWide.push(`${path}: by ${over}`);
  }
  expect(tooWide).toEqual([]);
});

test("on a phone the audit's rows are cards: who and when in the first line, below it what was done and what to", async () => {
  const sam = await operatorOf(pages, { path: "audit", screen: PHONE });
  const row = sam.page.getByRole("row", { name: "Signed in" }).first();
  await row.waitFor();
  const [who, what, about, line, when] = await row
    .getByRole("cell", { includeHidden: true })
    .evaluateAll((cells) => cells.map((it) => it.getBoundingClientRect().toJSON() as DOMRect));
  expect(when!.top).toBe(who!.top);
  expect(when!.left).toBeGreaterThan(who!.right);
  expect(what!.top).toBeGreaterThanOrEqual(who!.bottom);
  expect(about!.height).toBe(0); // whoever signs in does it to nothing
  expect(line!.top).toBeGreaterThanOrEqual(what!.bottom);
});

test("a handoff's destination and reason stand in one line of the list", async () => {
  const sam = await operatorOf(pages, { path: "handoffs" });
  const row = sam.table.getByRole("row", { name: "refunds" }).first();
  await row.locator("td:nth-child(3)").evaluate((it) => (it.textContent = "Much has happened. ".repeat(20)));
  const [destination, reason] = await row
    .locator("td:nth-child(2) > *")
    .evaluateAll((parts) => parts.map((it) => it.getBoundingClientRect().bottom));
  expect(Math.abs(destination! - reason!)).toBeLessThan(5);
});

test("in colours that somebody has forced, the page that is open still stands out among the others", async () => {
  const sam = await operatorOf(pages, { screen: { viewport: { width: 1280, height: 800 }, forcedColors: "active" } });
  const underlined = () =>
    sam.page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link")
      .evaluateAll((links) => links.filter((it) => parseFloat(getComputedStyle(it).borderBottomWidth) > 0).map((it) => it.textContent));
  await expect.poll(underlined).toEqual(["Now"]);
});

test("who is signed in stays where it stands when the connection is lost", async () => {
  const sam = await operatorOf(pages);
  const end = async () => (await sam.button("Keyboard shortcuts").boundingBox())!.x; // it is drawn
  const before = await end();
  await pages.stopBridge();
  await sam.status.getByText("Connection lost").waitFor();
  const lost = await end();
  await pages.startBridge();
  expect(lost).toBe(before);
});

test("a conversation that is over takes with it what could have been done about its handoff", async () => {
  const chat = await visitorOf(pages);
  const sam = await operatorOf(pages, { path: "handoffs" });
  await sam.table.getByRole("link", { name: "refunds" }).first().click();
  await sam.button("Ask elsewhere").waitFor();
  await leaves(chat);
  await sam.page.getByText("Nothing can be done about it by hand, because the conversation is over.", { exact: false }).waitFor();
  expect(await sam.button(/^(Ask|Close)/).count()).toBe(0);
});
