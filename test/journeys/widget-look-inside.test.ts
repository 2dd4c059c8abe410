import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// What a site's pages show comes with the launcher where the address of the script names the site: one request for all of it.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages({ site: { look: { label: "Help", languages: { de: { label: "Hilfe" } } } } });
});
afterAll(() => pages.stop());

async function visit(lang: string, address: string, { locale = "en-GB", before = "", tag = "" } = {}) {
  const visitor = await pages.visit({ ...DESKTOP, locale });
  const asked: string[] = [];
  visitor.context.on("request", (request) => asked.push(new URL(request.url()).pathname.replace(/-[\w-]{8}\.js$/, ".js")));
  const url = pages.own.put("/inside", {
    body: `<!doctype html><html lang="${lang}"><link rel="icon" href="data:,"><title>Inside</title>${before}<main>Page</main><script async src="${pages.bridgeUrl}/${address}" ${tag}></script></html>`,
  });
  const page = await visitor.open(url);
  return { ...visitor, page, asked, label: page.locator("baton-chat .label"), chat: chatOn(page) };
}

test.each([
  ["en", "baton.js?site=shop", {}, "Help"],
  ["de", "baton.js?site=shop", { locale: "de-CH" }, "Hilfe"],
  ["de-AT", "baton.js?site=shop&lang=de", {}, "Hilfe"],
])("on a page in %s, %s (%j) is all that is asked for beside how it is dressed", async (lang, address, more, text) => {
  const { page, label, asked, chat, complaints } = await visit(lang, address, more);
  await label.waitFor();
  await page.waitForLoadState("networkidle");
  expect([await label.textContent(), asked]).toEqual([text, ["/inside", "/baton.js", "/dress.js"]]);
  await page.locator("baton-chat .launcher").click();
  await chat.hears(/welcome/i);
  expect(complaints).toEqual([]);
});

test.each([
  ["de", "baton.js?site=shop", {}, "a page in another language than the browser's"],
  ["en", "baton.js", { tag: `data-site="shop"` }, "an address that names no site"],
  [
    "en",
    "baton.js?site=shop",
    { before: `<img name="currentScript" alt="">`, tag: `data-site="shop"` },
    "a page that has a picture of that name",
  ],
])("%s, %s, %j: %s shows the same, and asks where it has to", async (lang, address, more, why) => {
  const { label, asked, complaints } = await visit(lang, address, more);
  await label.waitFor();
  expect([await label.textContent(), asked.includes("/v1/sites/shop/look")]).toEqual([
    lang === "de" ? "Hilfe" : "Help",
    !why.startsWith("a page that"),
  ]);
  expect(complaints).toEqual([]);
});

test.each(["nobody", "__proto__"])("a tag that names the site %s, which is not there, says so where its author looks", async (site) => {
  const { complaints } = await visit("en", `baton.js?site=${site}`);
  await expect.poll(() => complaints).toEqual([expect.stringContaining("names a site that this bridge does not serve")]);
});

test("it may be kept a minute by anybody who says in which language", async () => {
  const ask = (query: string, headers = {}) => fetch(`${pages.bridgeUrl}/baton.js${query}`, { headers });
  const answer = await ask("?site=shop", { "accept-language": "de" });
  expect(["cache-control", "vary", "access-control-allow-origin"].map((name) => answer.headers.get(name))).toEqual([
    "public, max-age=60, stale-while-revalidate=240",
    "accept-encoding, accept-language",
    "*",
  ]);
  const script = await answer.text();
  expect(script.endsWith(await (await ask("")).text())).toBe(true);
  expect(script).toContain("Hilfe");
  const again = await ask("?site=shop", { "accept-language": "de", "if-none-match": answer.headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  expect((await ask("?site=nobody")).headers.get("cache-control")).toBe("no-store");
});
