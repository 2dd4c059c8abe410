import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// The launcher speaks before the panel is there, in the visitor's language, and every page pays for two kilobytes at most.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { visitor: { words: { es: { openChat: "Pregunta a Acme" } } } } });
});
afterAll(() => pages.stop());

async function visit(lang: string, { locale = "en-GB", tag = "" } = {}) {
  const visitor = await pages.visit({ ...DESKTOP, locale });
  const fetched: string[] = [];
  visitor.context.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  const url = pages.own.put(`/words-${lang}`, {
    body: `<!doctype html><html lang="${lang}"><title>Words</title><main>Page</main><script async src="${pages.bridgeUrl}/baton.js" data-site="shop" ${tag}></script></html>`,
  });
  const page = await visitor.open(url);
  const launcher = page.locator("baton-chat .launcher");
  await launcher.waitFor();
  return { ...visitor, page, launcher, fetched, name: () => launcher.getAttribute("aria-label") };
}

test.each([
  ["de", {}, "Chat öffnen"],
  ["pt-BR", {}, "Abrir o chat"],
  ["he", {}, "פתיחת הצ׳אט"],
  ["sv", { locale: "fi-FI" }, "Avaa chat"], // the browser's, where the page's is not spoken
  ["en", { tag: `data-locale="fr-CA"` }, "Ouvrir le chat"],
  ["es-MX", {}, "Pregunta a Acme"], // the site's own
])("on a page in %s (%j) it is named before anything but itself is loaded: %s", async (lang, more, named) => {
  const { name, fetched, launcher, complaints } = await visit(lang, more);
  const before = await launcher.boundingBox();
  await expect.poll(name).toBe(named);
  expect(fetched.filter((path) => path.endsWith(".js"))).toEqual(["/baton.js"]);
  expect(await launcher.boundingBox()).toEqual(before); // nothing jumps
  expect(complaints).toEqual([]);
});

test("the panel calls it the same", async () => {
  const { page, name } = await visit("de");
  await expect.poll(name).toBe("Chat öffnen");
  await page.locator("baton-chat .launcher").click();
  await chatOn(page).log.waitFor();
  await page.keyboard.press("Escape");
  expect(await name()).toMatch(/^Chat öffnen/);
});

test("that the panel could not be loaded is said in the visitor's language too", async () => {
  const { page, name, context } = await visit("fr");
  await expect.poll(name).toBe("Ouvrir le chat");
  await context.route("**/frame-*.js*", (route) => route.abort());
  await page.locator("baton-chat .launcher").click();
  await expect.poll(name).toBe("Ouvrir le chat : non chargé, réessayer");
});

test("an English page where nothing is set is told nothing, and loads nothing", async () => {
  const { name, fetched } = await visit("en");
  const answer = await fetch(`${pages.bridgeUrl}/v1/sites/shop/look?lang=en`);
  expect([answer.status, answer.headers.get("vary")]).toEqual([204, "origin, accept-encoding, accept-language"]);
  expect([await name(), fetched.filter((path) => path.endsWith(".js"))]).toEqual(["Open chat", ["/baton.js"]]);
});
