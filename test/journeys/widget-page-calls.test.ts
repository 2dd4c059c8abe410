import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PageBaton } from "../../widget/src/baton.ts";
import { amiss } from "./axe.ts";
import { chatOn, deskOn, DESKTOP, shot, startPages } from "./pages-rig.ts";

// What a page asks of the chat by its own script, beyond opening it.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

async function visit(options = {}) {
  const visitor = await pages.visit({ ...DESKTOP, ...options });
  const chat = chatOn(await visitor.open("/plain"));
  await chat.page.waitForFunction(() => "Baton" in window);
  return { ...visitor, chat, bubble: chat.page.locator("baton-chat .greeting") };
}

/** Calls `Baton` as a page would. */
function call<Name extends keyof PageBaton>(page: Page, name: Name, ...given: unknown[]): Promise<void> {
  return page.evaluate(
    ([name, given]) => void (window as unknown as { Baton: Record<string, (...given: unknown[]) => void> }).Baton[name]!(...given),
    [name, given] as const,
  );
}

test("a page shows a line beside the launcher: it takes no focus, can be dismissed, and pressed opens the chat under its words", async () => {
  const { chat, bubble, complaints } = await visit();
  await call(chat.page, "showBubble", { text: "Free delivery today <b>only</b>" });
  await bubble.getByText("Free delivery today <b>only</b>").waitFor();
  expect(await bubble.getAttribute("role")).toBe("status");
  expect(await chat.page.evaluate(() => document.activeElement?.localName)).toBe("body");
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, "bubble");
  await chat.button("Dismiss").click();
  expect(await bubble.count()).toBe(0);

  await call(chat.page, "showBubble", { text: "first" });
  await call(chat.page, "hide");
  await bubble.waitFor({ state: "hidden" }); // there is nothing that it would stand beside
  await call(chat.page, "show");
  await bubble.waitFor();
  await call(chat.page, "showBubble", { text: "Questions about delivery?" });
  await chat.button("Questions about delivery?").click();
  await chat.panel.waitFor();
  await chat.hears("Questions about delivery?");
  expect(await bubble.count()).toBe(0);
  await call(chat.page, "showBubble", { text: "not while it is open" });
  await chat.hears(/welcome/i);
  expect(await bubble.count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("a line that a page shows for a while goes by itself", async () => {
  const { chat, bubble } = await visit();
  await call(chat.page, "showBubble", { text: "Only a moment", durationMs: 3_000 });
  await bubble.getByText("Only a moment").waitFor();
  await bubble.waitFor({ state: "detached" });
});

test.each([
  ["who does not mind", {}, ["bounce", "grow", "pulse"], 1],
  ["who wants less motion", { reducedMotion: "reduce" as const }, ["bounce", "grow", "pulse"], 0],
  ["whoever, in a way that there is none of", {}, ["explode", "__proto__"], 0],
])("the launcher is moved for %s", async (_, options, types, expected) => {
  const { chat, bubble, complaints } = await visit(options);
  const launcher = chat.page.locator("baton-chat .launcher");
  const lasting = () => launcher.evaluate((it) => it.getAnimations().map((one) => one.effect?.getTiming().duration));
  const finish = () => launcher.evaluate((it) => it.getAnimations().forEach((one) => one.finish()));
  for (const type of types) {
    await call(chat.page, "animateIcon", { type, durationMs: 9_000 });
    await call(chat.page, "showBubble", { text: type }); // what the page asks for later is there later
    await bubble.getByText(type).waitFor();
    expect(await lasting()).toEqual(Array(expected).fill(9_000));
    await finish();
    expect(await lasting()).toEqual([]);
  }
  await call(chat.page, "animateIcon");
  expect(complaints).toEqual([]);
});

test("what a page sets goes along when a chat begins, reaches assistant and agent as unproven, and a page's mistakes cost nothing", async () => {
  const { chat, complaints } = await visit();
  await call(chat.page, "set", { plan: "gold", basket: 3, gone: "soon", "no name": 1, nested: { a: 1 }, long: "x".repeat(500) });
  await call(chat.page, "set", { gone: null });
  await chat.open();
  await chat.hears(/welcome/i);
  const created = pages.simulator.control.requests().findLast(({ route }) => route === "create")?.body as {
    integration_attributes: object;
  };
  expect(created.integration_attributes).toMatchObject({ told_plan: "gold", told_basket: "3", told_long: "x".repeat(200) });
  expect(Object.keys(created.integration_attributes).filter((name) => /gone|nested|no name/.test(name))).toEqual([]);
  await chat.button("Talk to a person").click();
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  const told = sam.context.locator(".unproven").filter({ hasText: "not verified" }).first();
  await told.getByText("gold").waitFor();
  expect(complaints).toEqual([]);
});

test("a page hears of what it asked for until it no longer wants to, by what it was given or by what it gave", async () => {
  const { chat } = await visit();
  const heard = await chat.page.evaluate(async () => {
    const { Baton } = window as unknown as { Baton: PageBaton };
    const heard: string[] = [];
    const both = () => heard.push("both");
    const opened = () => heard.push("opened");
    for (const event of ["open", "close"] as const) Baton.on(event, both);
    const stop = Baton.on("open", opened);
    const told = () => new Promise((resolve) => setTimeout(resolve)); // each in a task of its own
    Baton.open();
    await told();
    stop();
    Baton.off("close", both);
    Baton.off("unread", both); // which it was never given for
    Baton.close();
    Baton.open();
    await told();
    Baton.off("open", both);
    Baton.toggle();
    Baton.toggle();
    await told();
    return heard;
  });
  expect(heard).toEqual(["both", "opened", "both"]);
});

test("a page ends the chat as the visitor would", async () => {
  const { chat } = await visit();
  await chat.open();
  await chat.hears(/welcome/i);
  await call(chat.page, "endChat");
  await chat.status.getByText("You ended this chat.").waitFor();
});
