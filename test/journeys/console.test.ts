import type { Page } from "playwright-core";
import type { HandoffPage } from "@baton/bridge-server/console/api/answers.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { amissOnPage } from "./axe.ts";
import { behave, leaves, operatorOf, visitorOf } from "./console-page.ts";
import { deskOn, DESKTOP, PHONE, startPages } from "./pages-rig.ts";

const SEEN_WITHIN_MS = 2_000;

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({
    site: {
      handoff: { openWithinMs: 2_000 },
      routes: [
        { destination: "refunds", to: { connector: "desk", queue: "refunds" } },
        { destination: "general", to: { connector: "desk", queue: "general" } },
      ],
    },
  });
  // One whom the desk refused, and one who waits: what there is before any test.
  await behave(pages, "refusing");
  await visitorOf(pages);
  const isThere = async () => expect((await read<HandoffPage>("stage=failed")).handoffs).toHaveLength(1);
  await vi.waitFor(isThere, { timeout: 30_000 }); // no test is under way that could poll
  await behave(pages, "normal");
  await visitorOf(pages);
});
afterAll(() => pages.stop());

const read = async <Answer>(query: string): Promise<Answer> => {
  const answer = await fetch(`${pages.bridgeUrl}/v1/handoffs?${query}`, { headers: { "x-api-key": pages.operatorKey } });
  return (await answer.json()) as Answer; // that it has this shape is what a test below is about
};

test("M1 A5 with the desk switched off an operator sees the failure within two seconds, with its cause and what Baton did, and a hand sends it to a person", async () => {
  const sam = await operatorOf(pages);
  await sam.list("Waiting for a person").getByRole("listitem").first().waitFor();
  await behave(pages, "down");
  const cards = sam.list("Failed today").getByRole("listitem").filter({ hasText: "The desk could not be reached." });
  let chat = await visitorOf(pages);
  let seenAfterMs = await failureSeen(1);
  // One that this machine, busy with others, was late with is tried again: what the page only asks for now and then is late each time.
  for (let failures = 2; failures < 5 && seenAfterMs >= SEEN_WITHIN_MS; failures++) {
    chat = await visitorOf(pages);
    seenAfterMs = await failureSeen(failures);
  }
  expect(seenAfterMs).toBeLessThan(SEEN_WITHIN_MS);
  async function failureSeen(count: number): Promise<number> {
    await cards.nth(count - 1).waitFor();
    const seenAt = Date.now();
    const failed = (await read<HandoffPage>("stage=failed")).handoffs.map(({ changed_at }) => Date.parse(changed_at));
    return seenAt - Math.max(...failed);
  }
  const card = cards.first();
  await card.getByText("Baton asked for a message, offered a call back and showed a phone number.").waitFor();
  await card.getByRole("link", { name: "refunds" }).click();
  await sam.heading("refunds").waitFor();

  const steps = sam.list("What happened");
  await steps.getByText("Failed. The desk could not be reached.").waitFor();
  await steps
    .getByText(/^A try failed: the desk/)
    .first()
    .waitFor();
  await expect.poll(() => sam.page.getByRole("complementary", { name: "Handoff context" }).innerText()).toContain("A-1001");

  await behave(pages, "normal");
  await sam.button("Ask elsewhere").click();
  const dialog = sam.page.getByRole("dialog");
  await dialog.getByLabel("Destination").fill("nowhere");
  await dialog.getByRole("button", { name: "Ask elsewhere" }).click();
  await dialog.getByRole("alert").getByText("write one of").waitFor();
  await dialog.getByLabel("Destination").fill("general");
  await dialog.getByRole("button", { name: "Ask elsewhere" }).click();
  await sam.heading("general").waitFor();
  await sam.page.getByText("A person was asked for by hand, by tests.").waitFor();
  const kim = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Kim"));
  await kim.waiting.getByRole("listitem").filter({ hasText: "general" }).getByRole("button", { name: "Accept" }).click();
  await sam.page.getByText("A person accepted.").waitFor();
  await kim.say("Kim here, sorry for the wait.");
  await chat.hears("Kim here");
  await sam.link("Now").click();
  await sam.list("With a person").getByText("Kim").waitFor();
  await kim.end();
  await sam.page.getByText("Nobody is with a person.").waitFor();
  expect(sam.complaints.filter((one) => !one.includes("status of 400"))).toEqual([]); // but for the destination that there is not
});

test("T12 T14 T49 a wrong key opens nothing, a right one opens the page that was asked for, signing out and a key that is taken out close it", async () => {
  const sam = await operatorOf(pages, { path: "handoffs?stage=failed", key: null });
  await sam.signIn("not the key of anybody");
  await sam.page.getByRole("alert").getByText("No operator has this key.").waitFor();
  await sam.signIn(pages.operatorKey);
  await sam.heading("Handoffs").waitFor();
  await expect.poll(() => sam.filter("State").inputValue()).toBe("failed");
  const [cookie] = await sam.context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  expect(await sam.page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(["", 0, 0]);

  await sam.button("Sign out").click();
  await sam.page.getByText("You have signed out.").waitFor();
  expect(await sam.context.cookies()).toEqual([]);
  await sam.page.reload();
  await sam.page.getByLabel("Operator key").waitFor();
  await sam.signIn(pages.operatorKey);
  await sam.heading("Handoffs").waitFor();

  await pages.restartBridge({ operatorKey: "another-key-of-the-same-operator" });
  await sam.page.getByText(/Your session has ended/).waitFor();
  await pages.restartBridge();
});

test("T49 whoever may only look sees everything and can do nothing", async () => {
  await visitorOf(pages); // who waits, so that there is something to do
  const looker = await operatorOf(pages, { path: "handoffs?stage=queued", key: pages.viewerKey });
  await looker.table.getByRole("link", { name: "refunds" }).first().click();
  await looker.page.getByText(/Your key may look, but not act/).waitFor();
  expect(await looker.button(/Ask|Close/).count()).toBe(0);
});

test("filters stand in the address: they survive a reload, and back and forward go through them", async () => {
  const sam = await operatorOf(pages, { path: "handoffs" });
  const shows = async (query: string) => {
    const wanted = 1 + (await read<HandoffPage>(query)).handoffs.length; // and a row of headings
    await expect.poll(() => sam.table.getByRole("row").count()).toBe(wanted);
  };
  await shows("");
  await sam.filter("State").selectOption("Failed");
  await shows("stage=failed");
  await sam.page.getByText("More filters").click();
  await sam.filter("Destination").fill("refunds");
  await expect.poll(() => new URL(sam.page.url()).search).toBe("?stage=failed&destination=refunds");
  await sam.page.reload();
  await shows("stage=failed&destination=refunds");
  expect([await sam.filter("State").inputValue(), await sam.filter("Destination").inputValue()]).toEqual(["failed", "refunds"]);
  await sam.filter("Destination").fill("nothing of that name");
  await sam.page.getByText("No handoff fits these filters.").waitFor();
  await sam.page.goBack();
  await shows("");
  await sam.page.goForward();
  await sam.page.getByText("No handoff fits these filters.").waitFor();
  await sam.button("Clear filters").click();
  await shows("");
  const [failed] = (await read<HandoffPage>("stage=failed")).handoffs;
  await sam.filter("Id").fill(failed!.shared_id!.slice(0, 3));
  await sam.status.getByText("Write its first 4 characters").waitFor();
  await sam.filter("Id").fill(failed!.shared_id!.slice(0, 12));
  await shows(`text=${failed!.shared_id!.slice(0, 12)}`);
  expect(sam.complaints).toEqual([]);
});

test("a list does not move under the hand: what is new is counted until somebody wants to see it", async () => {
  const sam = await operatorOf(pages, { path: "handoffs" });
  const rows = sam.table.getByRole("row");
  await rows.nth(1).waitFor();
  const before = await rows.count();
  const chat = await visitorOf(pages);
  await sam.button("1 changed: show").waitFor();
  expect(await rows.count()).toBe(before);
  await sam.button("1 changed: show").click();
  await expect.poll(() => rows.count()).toBe(before + 1);
  await rows.nth(1).getByText("Waiting").waitFor();
  await leaves(chat);
  await rows.nth(1).getByText("Abandoned").waitFor(); // in its place
});

test("a bridge that is away is said to be, and the page heals by itself and has missed nothing", async () => {
  const sam = await operatorOf(pages);
  await pages.stopBridge();
  await sam.status.getByText("Connection lost").waitFor();
  for (const width of [1280, 1024, 390]) {
    await sam.page.setViewportSize({ width, height: 800 });
    expect([width, await clashesInBar(sam.page)]).toEqual([width, []]);
  }
  await pages.startBridge();
  await sam.isUpToDate();
  const waiting = sam.list("Waiting for a person").getByRole("listitem");
  const before = await waiting.count();
  await visitorOf(pages);
  await expect.poll(() => waiting.count()).toBe(before + 1);
});

test("G5 A8 where handoffs go is seen and tried, and names that no route has are told apart", async () => {
  const sam = await operatorOf(pages, { path: "destinations" });
  const routes = sam.page.getByRole("table", { name: "Routes" });
  await routes.getByRole("row").filter({ hasText: "refunds" }).getByText("desk · refunds").waitFor();
  await routes.getByRole("row").filter({ hasText: "Anything else" }).getByText("Default").waitFor();
  const answer = sam.page.getByRole("region", { name: "Try a route" }).getByRole("status");
  await sam.filter("Destination").fill("W&G TBM");
  await sam.button("Try").click();
  await answer.getByText("desk · general").waitFor();
  await answer
    .getByText(/no route/i)
    .first()
    .waitFor();
  await sam.page.getByLabel("Context, as JSON").fill("[1]");
  await sam.button("Try").click();
  await answer.getByText("Context is no JSON object").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.link("Deliveries").click();
  await sam.page.getByText("Every announcement was taken").waitFor();
  expect(sam.complaints).toEqual([]);
});

test("the keyboard alone gets from signing in to a handoff and back", async () => {
  const sam = await operatorOf(pages, { key: null });
  await sam.page.locator("input:focus").waitFor();
  await sam.page.keyboard.type(pages.operatorKey);
  await sam.page.keyboard.press("Enter");
  await sam.heading("Now").waitFor();
  await sam.page.keyboard.press("Alt+Digit2");
  await sam.table.waitFor();
  await sam.page.keyboard.press("Alt+KeyJ");
  await sam.page.keyboard.press("Enter");
  await sam.list("What happened").waitFor();
  await expect.poll(() => sam.page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  await sam.page.goBack();
  await sam.table.waitFor();
  await sam.page.keyboard.press("?");
  const help = sam.page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.waitFor();
  await sam.page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
  await sam.page.keyboard.press("Alt+KeyS");
  await expect.poll(() => sam.page.evaluate(() => (document.activeElement as HTMLInputElement).type)).toBe("search");
});

test.each([
  ["a desktop", { ...DESKTOP, colorScheme: "light" as const }],
  ["a desktop in the dark", { ...DESKTOP, colorScheme: "dark" as const }],
  ["a phone of 360 pixels", { ...PHONE, viewport: { width: 360, height: 740 }, colorScheme: "light" as const }],
  ["a phone in the dark", { ...PHONE, viewport: { width: 360, height: 740 }, colorScheme: "dark" as const }],
])("on %s everything fits and assistive technology finds nothing amiss", async (_, screen) => {
  const sam = await operatorOf(pages, { key: null, screen });
  await sam.page.getByLabel("Operator key").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.signIn(pages.operatorKey);
  await sam.list("Failed today").getByRole("listitem").first().waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.link("Handoffs").click();
  await sam.table.getByRole("link").first().waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.table.getByRole("link", { name: "refunds" }).last().click();
  await sam.button("Ask again").click();
  await sam.page.getByRole("dialog").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.page.keyboard.press("Escape");
  expect(await amissOnPage(sam.page)).toEqual([]);
  await sam.link("the conversation").click();
  await sam.heading("What was said").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
  for (const [page, heading] of [
    ["Conversations", "Conversations"],
    ["Destinations", "Try a route"],
    ["Deliveries", "Deliveries"],
  ] as const) {
    await sam.link(page).first().click();
    await sam.heading(heading).waitFor();
    await sam.page.getByText("Reading…").first().waitFor({ state: "detached" });
    expect(await amissOnPage(sam.page)).toEqual([]);
  }
  await sam.page.goto(`${pages.bridgeUrl}/console/elsewhere`);
  await sam.heading("No such page").waitFor();
  expect(await amissOnPage(sam.page)).toEqual([]);
});

/** What stands over something else in the bar at the top, or sticks out of the page. */
function clashesInBar(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [...document.querySelectorAll<HTMLElement>(".top > *")].filter((it) => it.checkVisibility() && !it.matches(".skip"));
    const boxes = parts.map((it) => {
      const range = document.createRange();
      range.selectNodeContents(it); // what is written, which may need more room than it was given
      return { name: it.textContent ?? "", of: it.matches("nav") ? it.getBoundingClientRect() : range.getBoundingClientRect() };
    });
    const meets = (a: DOMRect, b: DOMRect) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const over = boxes.filter((one, at) => boxes.some((other, its) => its > at && meets(one.of, other.of)));
    const out = boxes.filter(({ of }) => of.right > document.documentElement.clientWidth);
    return [...over, ...out].map(({ name }) => name);
  });
}
