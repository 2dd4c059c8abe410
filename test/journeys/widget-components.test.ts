import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// The chat as React's component and as Vue's, while the page around it changes.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** A page on which each of `keys` is a chat with these options. `window.put` changes both; `window.chat` is that of the last. */
const applications: Record<string, string> = {
  React: `
    import { createElement as h, useLayoutEffect, useState } from "react";
    import { createRoot } from "react-dom/client";
    import { BatonChat } from "@baton/widget/react";
    function App() {
      const [{ keys, options }, put] = useState(FIRST);
      useLayoutEffect(() => void (window.put = put), []);
      return keys.map((key) => h(BatonChat, { key, ref: (chat) => void (chat && (window.chat = chat)), ...options }));
    }
    createRoot(document.querySelector("#app")).render(h(App));`,
  Vue: `
    import { createApp, h, shallowRef } from "vue";
    import { BatonChat } from "@baton/widget/vue";
    createApp({
      setup() {
        const state = shallowRef(FIRST);
        window.put = (next) => (state.value = next);
        return () => state.value.keys.map((key) => h(BatonChat, { key, ref: (chat) => void (chat?.baton && (window.chat = chat.baton)), options: state.value.options }));
      },
    }).mount("#app");`,
};

async function visit(library: string) {
  const visitor = await pages.visit(DESKTOP);
  const site = { site: "shop", bridge: pages.bridgeUrl };
  const url = await pages.own.putApplication("/app", {
    bridge: pages.bridgeUrl,
    code: `const FIRST = ${JSON.stringify({ keys: ["a"], options: site })};${applications[library]}`,
    policies: "vue", // it makes one of that name
  });
  const chat = chatOn(await visitor.open(url));
  await chat.launcher.waitFor();
  const put = (keys: string[], options: object = {}) =>
    chat.page.evaluate((next) => (window as unknown as { put(next: object): void }).put(next), { keys, options: { ...site, ...options } });
  return { ...visitor, chat, put, host: chat.page.locator("baton-chat") };
}

/** Says who the visitor is, though there is no token to be had, and what is known of them. */
const know = (page: Page) =>
  page.evaluate(() => {
    const own = window as unknown as { asked: number; chat: { identify(proof: unknown): void; set(more: object): void } };
    own.asked = 0;
    own.chat.identify(() => (own.asked++, Promise.reject(new Error("no token"))));
    own.chat.set({ plan: "gold" });
    own.chat.set({ basket: 3 });
  });

test.each(["React", "Vue"])("in %s another theme or place is put on the chat that is there", async (library) => {
  const { chat, put, host, complaints } = await visit(library);
  await host.evaluate((element) => (element.id = "first"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.message.fill("half a wo");
  await put(["a"], { theme: "dark", position: "start" });
  await expect.poll(async () => (await chat.panel.boundingBox())?.x).toBe(20);
  expect(await chat.page.locator("#first").getAttribute("data-theme")).toBe("dark");
  await put(["a"], { theme: "light" });
  await expect.poll(async () => (await chat.panel.boundingBox())?.x).toBeGreaterThan(20);
  expect(await chat.page.locator("#first").getAttribute("data-theme")).toBe("light");
  expect(await chat.message.evaluate((field) => field.matches(":focus"))).toBe(true);
  expect(await host.count()).toBe(1);
  expect(complaints).toEqual([]);
});

test.each(["React", "Vue"])("in %s another language puts up another chat, which knows what was told of the visitor", async (library) => {
  const { chat, put, host, complaints } = await visit(library);
  await know(chat.page);
  await put(["a"], { locale: "de" });
  await expect.poll(() => host.getAttribute("data-locale")).toBe("de");
  await chat.page.evaluate(() => (window as unknown as { chat: { open(): void } }).chat.open());
  await chat.hears(/welcome/i);
  expect(await chat.page.evaluate(() => (window as unknown as { asked: number }).asked)).toBeGreaterThan(0);
  const request = pages.simulator.control.requests().findLast(({ route }) => route === "create");
  expect(request?.body).toMatchObject({ integration_attributes: { told_plan: "gold", told_basket: "3" } });
  expect(complaints).toEqual([]);
});

test.each(["React", "Vue"])(
  "in %s two of one site that overlap for a moment are one chat, which the last of them takes along",
  async (library) => {
    const { chat, put, host, complaints } = await visit(library);
    await chat.open();
    await chat.hears(/welcome/i);
    await put(["a", "b"], { theme: "dark" });
    await put(["b"], { theme: "dark" });
    await expect.poll(() => host.getAttribute("data-theme")).toBe("dark");
    await chat.say("I want a refund");
    await chat.hears("order number");
    expect(await host.count()).toBe(1);
    await put([]);
    await expect.poll(() => host.count()).toBe(0);
    expect(complaints).toEqual([]);
  },
);
