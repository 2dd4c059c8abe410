import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Attributes, PageBaton } from "../../widget/src/baton.ts";
import { chatOn, deskOn, DESKTOP, startPages } from "./pages-rig.ts";

// What a page says of its visitor, in its markup and while the chat runs.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** A page with this tag on it, and every telling that it sends while a chat runs. */
async function visit(attributes = "", body = "") {
  const visitor = await pages.visit(DESKTOP);
  const told: Attributes[] = [];
  const warnings: string[] = [];
  visitor.context.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  visitor.context.on("request", (request) => {
    if (request.url().endsWith("/attributes") && request.method() === "POST")
      told.push((request.postDataJSON() as { attributes: Attributes }).attributes);
  });
  const url = pages.own.put("/told", {
    body: `<!doctype html><html lang="en"><title>Own</title>${body}<main><script async src="${pages.bridgeUrl}/baton.js" ${attributes}></script></main></html>`,
  });
  const chat = chatOn(await visitor.open(url));
  await chat.page.waitForFunction(() => "Baton" in window);
  return { ...visitor, chat, told, warnings, url };
}
const site = `data-site="shop"`;
/** All in one moment, however slow this machine is. */
const set = (page: Page, ...told: object[]) =>
  page.evaluate((each) => each.forEach((given) => (window as unknown as { Baton: PageBaton }).Baton.set(given as Attributes)), told);
function created(): object {
  const request = pages.simulator.control.requests().findLast(({ route }) => route === "create");
  return (request?.body as { integration_attributes?: object } | undefined)?.integration_attributes ?? {};
}

async function samAccepts() {
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  return { ...sam, told: sam.context.locator(".unproven").filter({ hasText: "not verified" }).first() };
}

test("what is set while the chat runs reaches the person, together what comes together, and once, also from the next page and another tab", async () => {
  const { chat, told, context, url, complaints } = await visit(site);
  await set(chat.page, { plan: "silver" });
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.button("Talk to a person").click();
  const sam = await samAccepts();
  await sam.told.getByText("silver").waitFor();
  await set(chat.page, { plan: "gold" }, { basket: 3, plan: "gold" });
  await sam.told.getByText("gold").waitFor();
  await sam.told.getByText("3", { exact: true }).waitFor();
  expect(told).toEqual([{ plan: "gold", basket: "3" }]); // the beginning had the rest
  await chat.page.reload();
  await chat.page.waitForFunction(() => "Baton" in window);
  await set(chat.page, { plan: "gold", basket: 3 });
  await chat.hears(/welcome/i);
  const other = chatOn(await context.newPage());
  await other.page.goto(url);
  await other.page.waitForFunction(() => "Baton" in window);
  await set(other.page, { plan: "gold", basket: 3 }, { basket: null });
  await expect.poll(() => sam.told.getByText("3", { exact: true }).count()).toBe(0);
  expect(told.slice(1)).toEqual([{ basket: null }]);
  expect(complaints).toEqual([]);
});

test("what is set without a connection is told once there is one, as it is by then", async () => {
  const { chat, told, context } = await visit(site);
  await chat.open();
  await chat.hears(/welcome/i);
  await context.setOffline(true);
  await set(chat.page, { basket: 1 }); // nor is there what tells it
  await context.setOffline(false);
  await expect.poll(() => told).toEqual([{ basket: "1" }]);
  await context.setOffline(true);
  await set(chat.page, { basket: 3 });
  await expect.poll(() => told.length).toBeGreaterThan(1); // in vain
  await set(chat.page, { basket: 2 });
  await context.setOffline(false);
  await expect.poll(() => told.at(-1)).toEqual({ basket: "2" });
  await chat.button("Talk to a person").click();
  const sam = await samAccepts();
  await sam.told.getByText("2", { exact: true }).waitFor();
});

test("a chat that has been left leaves nothing of what was told, and the next one is told again", async () => {
  const { chat, told, complaints } = await visit(site);
  const identify = (isNamed: boolean) =>
    chat.page.evaluate(
      (isNamed) => (window as unknown as { Baton: PageBaton }).Baton.identify(isNamed ? () => Promise.reject(new Error("not now")) : null),
      isNamed,
    );
  await identify(true);
  await set(chat.page, { plan: "gold" });
  await chat.open();
  await chat.hears(/welcome/i);
  const kept = () => chat.page.evaluate(() => localStorage.getItem("baton:shop:told"));
  expect(await kept()).toContain("gold");
  await identify(false);
  await expect.poll(kept).toBeNull();
  await chat.open();
  await expect.poll(kept).toContain("gold");
  expect(created()).toMatchObject({ told_plan: "gold" });
  expect(told).toEqual([]); // each time it went along with the beginning
  expect(complaints).toEqual([]);
});

test.each([
  ["a tag", `${site} data-attributes='{"plan":"gold","basket":3}'`, ""],
  [
    "an element",
    "",
    `<div style="height:600px"><baton-chat data-site="shop" data-render-mode="inline" data-attributes='{"plan":"gold","basket":3}'></baton-chat></div>`,
  ],
])("data-attributes of %s are told when the chat begins, and what is set counts before them", async (_, attributes, body) => {
  const { chat, complaints, warnings } = await visit(attributes, body);
  if (body) {
    await chat.page.waitForFunction(() => "baton" in (document.querySelector("baton-chat") ?? {}));
    await chat.page.evaluate(() => document.querySelector<HTMLElement & { baton: PageBaton }>("baton-chat")!.baton.set({ basket: 4 }));
    await chat.message.click();
  } else {
    await set(chat.page, { basket: 4 });
    await chat.open();
  }
  await chat.hears(/welcome/i);
  expect(created()).toMatchObject({ told_plan: "gold", told_basket: "4" });
  expect([complaints, warnings]).toEqual([[], []]);
});

test.each([`{plan:"gold"}`, `["gold"]`, `"gold"`, "gold"])(
  "data-attributes of %s cost the page nothing but a warning that names the tag",
  async (mistake) => {
    const { chat, complaints, warnings } = await visit(`${site} data-attributes='${mistake}'`);
    await chat.open();
    await chat.hears(/welcome/i);
    await set(chat.page, { plan: "gold" });
    await expect.poll(() => warnings).toEqual([expect.stringContaining(`data-attributes of the chat with data-site="shop"`)]);
    expect(warnings[0]).toContain(mistake);
    expect(Object.keys(created()).filter((name) => name.startsWith("told_"))).toEqual([]);
    expect(complaints).toEqual([]);
  },
);
