import { afterAll, beforeAll, expect, test } from "vitest";
import { leaves, operatorOf, visitorOf } from "./console-page.ts";
import { startPages } from "./pages-rig.ts";

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
    await sam.page.getByText("Reading…").waitFor({ state: "detached" });
    const over = await sam.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) tooWide.push(`${path}: by ${over}`);
  }
  expect(tooWide).toEqual([]);
});

test("in colours that somebody has forced, the page that is open still stands out among the others", async () => {
  const sam = await operatorOf(pages, { screen: { viewport: { width: 1280, height: 800 }, forcedColors: "active" } });
  const underlined = sam.page
    .getByRole("navigation", { name: "Pages" })
    .getByRole("link")
    .evaluateAll((links) => links.filter((it) => parseFloat(getComputedStyle(it).borderBottomWidth) > 0).map((it) => it.textContent));
  expect(await underlined).toEqual(["Now"]);
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
  await sam.page.getByText("Nothing can be done about it by hand, because the conversation is over.").waitFor();
  expect(await sam.button(/^(Ask|Close)/).count()).toBe(0);
});
