import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { languages } from "../../widget/src/words/languages.ts";
import { amiss } from "./axe.ts";
import { chatOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// The visitor's language, as it ships: each file of sentences is loaded by itself.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** A page in this language, whose tag may name another. */
async function visit(lang: string, { tag = "", ...options }: BrowserContextOptions & { tag?: string } = {}) {
  const visitor = await pages.visit({ ...DESKTOP, ...options });
  await visitor.context.addInitScript(
    ([lang, tag]) =>
      new MutationObserver((_, observer) => {
        const script = document.querySelector<HTMLElement>("script[data-site]");
        document.documentElement.lang = lang!;
        document.documentElement.dir = /^(ar|he)/.test(lang!) ? "rtl" : "ltr";
        if (!script) return;
        if (tag) script.dataset["locale"] = tag;
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true }),
    [lang, tag],
  );
  const fetched: string[] = [];
  visitor.context.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  const chat = chatOn(await visitor.open("/"));
  await chat.page.locator("baton-chat .launcher").click();
  await chat.log.waitFor();
  return { ...visitor, chat, languages: () => fetched.flatMap((path) => /^\/words-(\w+)-/.exec(path)?.[1] ?? []) };
}

const placeholder = (page: Page) => page.locator("baton-chat textarea").getAttribute("placeholder");
const language = (page: Page) => page.locator("baton-chat dialog > [lang]").getAttribute("lang");

test.each([
  ["the tag", "fr", { tag: "de-AT", locale: "es-ES" }, "de-AT", ["de"]],
  ["else the page", "fr-CA", { locale: "es-ES" }, "fr-CA", ["fr"]],
  ["else the browser, where the page's is not spoken", "sv", { locale: "pt-BR" }, "pt-BR", ["pt"]],
  ["else English", "sv", { locale: "da-DK" }, "en", []],
  ["and English loads nothing", "en-GB", { locale: "de-DE" }, "en-GB", []],
])("%s decides which language the chat is in", async (_, lang, options, spoken, loaded) => {
  const { chat, complaints, languages } = await visit(lang, options);
  expect([await language(chat.page), languages()]).toEqual([spoken, loaded]);
  expect(complaints).toEqual([]);
});

test.each(["phone", "desktop", "desktop-dark"].flatMap((screen) => ["ar", "he", "de", "fi"].map((lang) => [screen, lang] as const)))(
  "on a %s the chat in %s is whole: nothing sticks out, nothing is amiss, and the panel stands where the page's direction says",
  async (screen, lang) => {
    const options = screen === "phone" ? PHONE : { ...DESKTOP, colorScheme: screen === "desktop" ? ("light" as const) : ("dark" as const) };
    const { chat, complaints } = await visit(lang, options);
    await chat.hears(/welcome|orders/i);
    await chat.page.locator("baton-chat textarea").fill("I want a refund");
    await chat.page.keyboard.press("Enter");
    await chat.hears("order number");
    await chat.page.locator("baton-chat textarea").fill("A-1001");
    await chat.page.locator("baton-chat .send").click();
    await chat.status.locator("p").nth(1).waitFor();
    expect(await amiss(chat.page)).toEqual([]);
    expect(await chat.page.locator("baton-chat dialog").evaluate(sticksOut)).toEqual([]);
    const box = await chat.page.locator("baton-chat dialog").boundingBox();
    if (screen !== "phone") expect(box!.x < 100).toBe(/ar|he/.test(lang));
    await shot(chat.page, `${screen}-${lang}`);
    expect(complaints).toEqual([]);
  },
);

test.each(languages)("%s is spoken by what ships", async (lang) => {
  const { chat, complaints } = await visit(lang);
  expect(await language(chat.page)).toBe(lang);
  expect(await placeholder(chat.page)).not.toBe("Write a message…");
  await expect.poll(() => chat.page.locator("baton-chat .launcher").getAttribute("aria-label")).not.toMatch(/Open chat/);
  expect(complaints).toEqual([]);
});

test("the chat goes on in the language that the assistant changes to, and after a reload", async () => {
  const { chat, complaints, languages } = await visit("en");
  await chat.hears(/welcome/i);
  await chat.say("parlez-vous français ?");
  await chat.hears("Volontiers en français");
  await expect.poll(() => placeholder(chat.page)).toBe("Écrivez un message…");
  await expect.poll(() => chat.page.getByRole("button", { name: "Parler à une personne" }).count()).toBe(1);
  await chat.page.reload();
  await expect.poll(() => placeholder(chat.page)).toBe("Écrivez un message…");
  expect(await language(chat.page)).toBe("fr-FR");
  await chat.page.locator("baton-chat textarea").fill("مرحبا");
  await chat.page.keyboard.press("Enter");
  await expect.poll(() => chat.log.evaluate((log) => getComputedStyle(log).direction)).toBe("rtl");
  expect(await amiss(chat.page)).toEqual([]);
  expect(languages()).toEqual(["fr", "fr", "ar"]);
  expect(complaints).toEqual([]);
});

test("what the assistant has changed to is that chat's language; the next one begins in the page's again", async () => {
  const { chat } = await visit("de");
  await chat.hears(/welcome/i);
  await chat.page.locator("baton-chat textarea").fill("parlez-vous français ?");
  await chat.page.keyboard.press("Enter");
  await expect.poll(() => language(chat.page)).toBe("fr-FR");
  await chat.button("Plus").click();
  await chat.button("Commencer un nouveau chat").click();
  await expect.poll(() => language(chat.page)).toBe("de");
});

test("where a language cannot be loaded the chat opens in English all the same", async () => {
  const visitor = await pages.visit({ ...DESKTOP, locale: "de-DE" });
  await visitor.context.route(/\/words-/, (route) => route.abort());
  const chat = chatOn(await visitor.open("/"));
  await chat.page.evaluate(() => (document.documentElement.lang = "de"));
  await chat.open();
  await chat.hears(/welcome/i);
  expect(await placeholder(chat.page)).toBe("Write a message…");
});

/** What is wider than its place, in the panel. */
function sticksOut(panel: Element): string[] {
  const edges = panel.getBoundingClientRect();
  return [...panel.querySelectorAll("*")]
    .filter((it) => it.getClientRects().length > 0 && !it.closest(".hidden"))
    .filter((it) => it.getBoundingClientRect().left < edges.left - 1 || it.getBoundingClientRect().right > edges.right + 1)
    .map((it) => `${it.tagName} ${it.className}: ${it.textContent}`);
}
