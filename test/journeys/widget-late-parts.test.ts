import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// What depends on a part of the panel that is loaded behind it, and may be late or not asked for yet.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { silence: { warnAfterMs: 1_000, endAfterMs: 60_000 } } });
});
afterAll(() => pages.stop());

test("a page is told all of a chat that begins on it, also where what tells it comes after the answer", async () => {
  const { context, open } = await pages.visit(DESKTOP);
  const [entries, later] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await context.route("**/entries**", async (route) => (await entries.promise, route.continue()));
  await context.route("**/later-*.js", async (route) => (await later.promise, route.continue()));
  await context.addInitScript(() => {
    const { setTimeout } = window;
    const told: string[] = [];
    const early = [["on", "message", ({ text }: { text: string }) => told.push(text)]];
    // A part that takes five seconds is given up, which a busy machine may need: here they last for fifty.
    Object.assign(window, { told, Baton: early, setTimeout: (run: () => void, ms = 0) => setTimeout(run, ms * 10) });
  });
  const chat = chatOn(await open("/plain"));
  await chat.open();
  await chat.say("I want a refund");
  const line = chat.log.getByText("I want a refund", { exact: true });
  await line.waitFor();
  entries.resolve();
  await line.waitFor({ state: "detached" }); // heard, and held back until its text can be drawn
  later.resolve();
  const told = () => chat.page.evaluate(() => (window as unknown as { told: string[] }).told);
  await expect.poll(told).toEqual(expect.arrayContaining([expect.stringMatching(/welcome/i), "I want a refund"]));
});

test("what could not be loaded while there was no connection is loaded once there is one, without a hand of the visitor's", async () => {
  const { context, open } = await pages.visit(DESKTOP);
  const chat = chatOn(await open("/plain"));
  await chat.open();
  await chat.say("I want a refund");
  await chat.hears("order number");
  for (const lost of ["**/later-*.js*", "**/entries**"]) await context.route(lost, (route) => route.abort());
  const failed = chat.page.waitForEvent("requestfailed", (request) => request.url().includes("/later-"));
  await chat.page.reload();
  await failed;
  await chat.status.getByText("No connection. Trying again…").waitFor();
  const notLoaded = chat.page.getByText("Parts of this chat could not be loaded.");
  expect(await notLoaded.count()).toBe(0); // one sentence for one trouble
  await context.unrouteAll();
  await chat.hears("order number");
  await chat.button("Talk to a person").waitFor();
  expect(await notLoaded.count()).toBe(0);
});

test("a visitor who has opened the chat and touched nothing in it is told before silence ends it", async () => {
  const { open } = await pages.visit(DESKTOP);
  const chat = chatOn(await open("/plain"));
  await chat.open();
  await chat.status.getByText("This chat ends in").waitFor();
});
