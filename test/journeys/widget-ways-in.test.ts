import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// Every way in which a site owner can put the chat on a page, with the real libraries in a real browser.

const once = onlyInChromium("no browser makes a difference to these");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** A page of the shop with this in its body, under the shop's policy. `{bridge}` is where the bridge is. */
async function visitPage(body: string, { before = "", enforcesTypes = true } = {}) {
  const visitor = await pages.visit(DESKTOP);
  const policy = `default-src 'none'; script-src ${pages.bridgeUrl} 'nonce-n'; connect-src ${pages.bridgeUrl};${enforcesTypes ? " require-trusted-types-for 'script'; trusted-types 'none'" : ""}`;
  const url = pages.own.put("/own", {
    policy,
    body: `<!doctype html><html lang="en"><title>Own</title><main>${before && `<script nonce="n">${before}</script>`}${body.replaceAll("{bridge}", pages.bridgeUrl)}</main></html>`,
  });
  return { ...visitor, chat: chatOn(await visitor.open(url)) };
}
const tag = (attributes = "") => `<script async src="{bridge}/baton.js" ${attributes}></script>`;

once.each([
  ["data-open", `data-open="true"`, true],
  ["PolyAI's data-auto-open", `data-auto-open="true"`, true],
  ["data-auto-open that is false", `data-auto-open="false"`, false],
])("a tag with %s says whether the chat is open when the page has loaded, and takes no focus", async (_, attribute, isOpen) => {
  const { chat, complaints } = await visitPage(tag(`data-site="shop" ${attribute}`));
  const panel = chat.page.getByRole("dialog");
  await chat.page.locator("baton-chat .launcher").waitFor();
  if (isOpen) await panel.waitFor();
  expect(await panel.isVisible()).toBe(isOpen);
  expect(await chat.page.evaluate(() => document.activeElement?.localName)).toBe("body");
  expect(complaints).toEqual([]);
});

once("an attribute with a value that the chat does not know is named in the console, and only there", async () => {
  const { chat, context, complaints } = await visitPage(tag(`data-site="shop" data-theme="drak" data-position="end"`));
  const warned: string[] = [];
  context.on("console", (message) => message.type() === "warning" && warned.push(message.text()));
  await chat.open();
  await chat.hears(/welcome/i);
  await expect.poll(() => warned).toEqual([`Baton: data-theme="drak" is none of auto, light, dark`]);
  expect(complaints).toEqual([]);
});

once.each([
  ["data-launcher", `data-launcher="hidden"`],
  ["PolyAI's data-show-icon", `data-show-icon="false"`],
])("a tag with %s has no button until the page shows it, and opens all the same", async (_, attribute) => {
  const { chat, complaints } = await visitPage(tag(`data-site="shop" ${attribute}`));
  await chat.page.waitForFunction(() => "Baton" in window);
  expect(await chat.page.locator("baton-chat .launcher").isVisible()).toBe(false);
  await call(chat.page, "open");
  await chat.hears(/welcome/i);
  await call(chat.page, "show");
  expect(await chat.page.locator("baton-chat .launcher").isVisible()).toBe(true);
  await call(chat.page, "hide");
  expect(await chat.panel.isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});

once.each([
  ["data-render-mode=fullscreen", `data-render-mode="fullscreen"`, true],
  ["data-platform=ios, which has no header", `data-platform="ios"`, false],
  ["data-platform=android", `data-platform="android"`, true],
  ["data-show-header=false", `data-render-mode="fullscreen" data-show-header="false"`, false],
])("with %s the chat is the page", async (_, attributes, hasHeader) => {
  const { chat, complaints } = await visitPage(tag(`data-site="shop" ${attributes}`));
  const panel = chat.page.getByRole("dialog");
  await panel.waitFor();
  await chat.log.waitFor();
  expect(await panel.boundingBox()).toEqual({ x: 0, y: 0, ...DESKTOP.viewport });
  expect(await chat.page.locator("baton-chat .header").isVisible()).toBe(hasHeader);
  expect(await chat.button("Close chat").count()).toBe(0);
  await chat.message.focus();
  await chat.page.keyboard.press("Escape");
  await call(chat.page, "close");
  expect(await panel.isVisible()).toBe(true);
  await chat.hears(/welcome/i);
  expect(complaints).toEqual([]);
});

test("what a page asks before the script has loaded is done in its order, and one mistake stops nothing", async () => {
  const { chat, complaints } = await visitPage(tag(`data-site="shop"`), {
    before: `
      window.seen = [];
      (window.Baton ??= []).push(["on", "message", ({ by }) => seen.push(by)], ["nonsense"], "nonsense", (baton) => seen.push(typeof baton.open),
        () => { throw new Error("the page's own") }, ["open"], ["send", "I want a refund"]);`,
  });
  await chat.hears("order number");
  await expect.poll(() => seenBy(chat.page)).toHaveLength(4); // what is shown is told a moment later
  const [first, ...told] = await seenBy(chat.page);
  expect([first, told.toSorted()]).toEqual(["function", ["assistant", "assistant", "visitor"]]); // a greeting may come after what is sent at once
  expect(complaints).toEqual(["Error: the page's own"]);
});

test("a page is told all of a chat that begins on it, however late it hears of it, and nothing that was said on the page before", async () => {
  const { chat, context } = await visitPage(tag(`data-site="shop"`), { before: "window.seen = []" });
  await context.route("**/entries**", async (route) => {
    await answered(route.request());
    await route.continue();
  });
  const listen = () =>
    chat.page.evaluate(() => {
      const page = window as unknown as { seen: string[]; Baton: { on(event: string, handler: (_: { by: string }) => void): void } };
      page.Baton.on("message", ({ by }) => page.seen.push(by));
    });
  await chat.launcher.waitFor();
  await listen();
  await call(chat.page, "send", "I want a refund");
  await expect.poll(() => seenBy(chat.page)).toHaveLength(3);
  expect((await seenBy(chat.page)).toSorted()).toEqual(["assistant", "assistant", "visitor"]); // a greeting may come after what is sent at once
  await context.unroute("**/entries**");
  await chat.page.reload();
  await chat.launcher.waitFor();
  await listen();
  await chat.open();
  await chat.hears("order number");
  await chat.say("I lost it");
  await expect.poll(() => seenBy(chat.page)).toEqual(["visitor", "assistant"]);
});

/** Until the bridge has the assistant's answer, by what it tells who asks as the browser does. */
async function answered(request: Request): Promise<void> {
  const { body } = await fetch(request.url(), { headers: await request.allHeaders() });
  let told = "";
  for await (const part of body!.pipeThrough(new TextDecoderStream())) {
    told += part;
    if (told.includes("order number")) return;
  }
}

const seenBy = (page: Page) => page.evaluate(() => (window as unknown as { seen: string[] }).seen);

test("the events of the chat are heard on its element too, and no more once the page has stopped", async () => {
  const { chat } = await visitPage(tag(`data-site="shop"`));
  await chat.launcher.waitFor();
  await chat.page.evaluate(() => {
    const page = window as unknown as { seen: string[]; Baton: { on(event: string, handler: () => void): () => void } };
    page.seen = [];
    document.querySelector("baton-chat")?.addEventListener("open", () => page.seen.push("element"));
    page.Baton.on("open", () => page.seen.push("kept"));
    page.Baton.on("open", () => page.seen.push("stopped"))();
  });
  await chat.open();
  await expect.poll(() => chat.page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(["element", "kept"]);
});

test("a tag that is there twice, or is added again by a page that navigates by itself, gives one chat; the chat outlives the page's body", async () => {
  const { chat, complaints } = await visitPage(tag(`data-site="shop"`) + tag(`data-site="shop"`), { enforcesTypes: false }); // or it could add none
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.page.evaluate((src) => {
    history.pushState(null, "", "/elsewhere");
    const body = document.createElement("body");
    document.body.replaceWith(body);
    body.append(Object.assign(document.createElement("script"), { src }));
    Object.assign(body.querySelector("script")!.dataset, { site: "shop" });
  }, `${pages.bridgeUrl}/baton.js`);
  await chat.say("I want a refund");
  await chat.hears("order number");
  expect(await chat.page.locator("baton-chat").count()).toBe(1);
  expect(complaints).toEqual([]);
});

test("two sites on one page are two chats side by side, of which one is open; the first is window.Baton", async () => {
  const { chat, complaints } = await visitPage(tag(`data-site="shop"`) + tag(`data-site="help"`));
  await expect.poll(() => chat.page.locator("baton-chat .launcher").count()).toBe(2);
  const boxes = await chat.page
    .locator("baton-chat .launcher")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().x).sort((a, b) => b - a));
  expect(boxes[0]! - boxes[1]!).toBe(72);
  await chat.page.locator("baton-chat[data-site=shop] .launcher").click();
  await chat.page.locator("baton-chat[data-site=shop] dialog[open]").waitFor();
  await chat.page.evaluate(() =>
    (document.querySelector("baton-chat[data-site=help]") as HTMLElement & { baton: { open(): void } }).baton.open(),
  );
  await chat.page.locator("baton-chat[data-site=help] dialog[open]").waitFor();
  await expect.poll(() => chat.page.locator("baton-chat dialog[open]").count()).toBe(1);
  expect(complaints.filter((text) => !text.includes("404"))).toEqual([]); // the bridge of this test has no second site
});

test("a tag without a site gives the page the element: where it stands is its chat, moved it stays, taken off it goes", async () => {
  const { chat, complaints } = await visitPage(
    `${tag()}<section id="a"><baton-chat data-site="shop" data-render-mode="inline"></baton-chat></section><section id="b"></section>`,
  );
  const box = await chat.page.getByRole("dialog").boundingBox();
  expect([box?.height, (box?.width ?? 0) > 1_000]).toEqual([640, true]);
  await chat.message.focus();
  await chat.hears(/welcome/i);
  await chat.page.evaluate(() => document.querySelector("#b")?.append(document.querySelector("baton-chat")!));
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.page.evaluate(() => document.querySelector("baton-chat")?.remove());
  await expect.poll(() => chat.page.getByRole("dialog").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("mount() from the package is the whole chat in the page's own bundle: nothing but the conversation comes from the bridge", async () => {
  const { chat, complaints, fromBridge } = await visitBundle(`
    import { mount } from "@baton/widget";
    window.chat = mount({ site: "shop", bridge: BRIDGE, position: "start" });
    window.same = window.chat === mount({ site: "shop", bridge: BRIDGE });
  `);
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  expect(await chat.page.evaluate(() => [(window as unknown as { same: boolean }).same, "Baton" in window])).toEqual([true, false]);
  expect((await chat.panel.boundingBox())?.x).toBe(20);
  expect(fromBridge().filter((path) => path.endsWith(".js"))).toEqual([]);
  expect(complaints).toEqual([]);
});

once("in React the chat is a component: it hears, it is called, it comes and goes, in strict mode too", async () => {
  const { chat, complaints } = await visitBundle(`
    import { createElement as h, StrictMode, useRef, useState } from "react";
    import { createRoot } from "react-dom/client";
    import { BatonChat } from "@baton/widget/react";
    function App() {
      const baton = useRef(null);
      const [said, setSaid] = useState([]);
      const [isThere, setThere] = useState(true);
      return h("div", null,
        h("button", { onClick: () => baton.current.open() }, "Help"),
        h("button", { onClick: () => setThere(!isThere) }, "Toggle"),
        h("output", null, said.join(" ")),
        isThere && h(BatonChat, { ref: baton, site: "shop", bridge: BRIDGE, launcher: "hidden", onMessage: ({ by }) => setSaid((before) => [...before, by]) }));
    }
    createRoot(document.querySelector("#app")).render(h(StrictMode, null, h(App)));
  `);
  await wrapperStory(chat, complaints);
});

once("in Vue the chat is a component: it hears, it is called, it comes and goes", async () => {
  const { chat, complaints } = await visitBundle(`
    import { createApp, h, ref } from "vue";
    import { BatonChat } from "@baton/widget/vue";
    createApp({
      setup() {
        const chat = ref(null), said = ref([]), isThere = ref(true);
        return () => [
          h("button", { onClick: () => chat.value.baton.open() }, "Help"),
          h("button", { onClick: () => (isThere.value = !isThere.value) }, "Toggle"),
          h("output", null, said.value.join(" ")),
          isThere.value && h(BatonChat, { ref: chat, options: { site: "shop", bridge: BRIDGE, launcher: "hidden" }, onMessage: ({ by }) => said.value.push(by) }),
        ];
      },
    }).mount("#app");
  `);
  await wrapperStory(chat, complaints);
});

async function wrapperStory(chat: ReturnType<typeof chatOn>, complaints: string[]): Promise<void> {
  await chat.button("Help").click();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  await chat.page.getByText("visitor assistant").waitFor();
  await chat.button("Toggle").click();
  await expect.poll(() => chat.page.locator("baton-chat").count()).toBe(0);
  await chat.button("Toggle").click();
  await chat.hears("order number"); // where the visitor left it
  expect(await chat.page.locator("baton-chat").count()).toBe(1);
  expect(complaints).toEqual([]);
}

async function visitBundle(code: string) {
  const visitor = await pages.visit(DESKTOP);
  const url = await pages.own.putApplication("/app", {
    bridge: pages.bridgeUrl,
    code: `const BRIDGE = ${JSON.stringify(pages.bridgeUrl)};${code}`,
    policies: "vue", // it makes one of that name
  });
  const asked: string[] = [];
  visitor.context.on("request", (request) => request.url().startsWith(pages.bridgeUrl) && asked.push(new URL(request.url()).pathname));
  return { ...visitor, chat: chatOn(await visitor.open(url)), fromBridge: () => asked };
}

/** A call of the page's, once the script is there or before. */
async function call(page: Page, name: string, ...given: unknown[]): Promise<void> {
  await page.evaluate(
    ([name, given]) => {
      const own = window as unknown as { Baton?: { push(call: unknown[]): void } };
      (own.Baton ??= [] as unknown as { push(call: unknown[]): void }).push([name, ...given]);
    },
    [name, given] as const,
  );
}
