import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, DESKTOP, startPages } from "./pages-rig.ts";

// An owner who pins a version gets that version or no chat, and never a page that is worse for it.

interface Pins {
  launcher: string;
  integrity: Record<string, string>;
}

let pages: Awaited<ReturnType<typeof startPages>>;
let pins: Pins;
beforeAll(async () => {
  pages = await startPages();
  pins = (await (await fetch(`${pages.bridgeUrl}/integrity.json`)).json()) as Pins;
});
afterAll(() => pages.stop());

/** A page that pins the launcher; and, where it gives hashes for them, the parts, without which it lets no script run. */
async function visit({ launcher = pins.integrity[pins.launcher]!, parts }: { launcher?: string; parts?: Pins["integrity"] } = {}) {
  const visitor = await pages.visit(DESKTOP);
  const map = {
    integrity: Object.fromEntries(Object.entries(parts ?? {}).map(([name, hash]) => [`${pages.bridgeUrl}/${name}`, hash])),
  };
  const url = pages.own.put("/pinned", {
    body: `<!doctype html><html lang="en"><title>Host</title><script type="importmap" nonce="n">${JSON.stringify(map)}</script><main>Host</main><script async src="${pages.bridgeUrl}/${pins.launcher}" integrity="${launcher}" crossorigin data-site="shop"></script></html>`,
    policy: `default-src 'none'; script-src 'nonce-n' ${pages.bridgeUrl}; connect-src ${pages.bridgeUrl}; require-trusted-types-for 'script'; trusted-types 'none'`,
    ...(parts && { headers: { "integrity-policy": "blocked-destinations=(script)" } }),
  });
  const page = await visitor.open(url);
  await page.waitForLoadState("load");
  return { ...visitor, page, chat: chatOn(page) };
}

test("what is pinned may be kept for ever, by anybody's page, and is what the floating name gives today", async () => {
  const [pinned, floating] = await Promise.all([pins.launcher, "baton.js"].map((name) => fetch(`${pages.bridgeUrl}/${name}`)));
  expect(pinned!.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(pinned!.headers.get("access-control-allow-origin")).toBe("*");
  expect(floating!.headers.get("cache-control")).toBe("public, max-age=300");
  expect(await pinned!.text()).toBe(await floating!.text());
});

test("with the hash of the launcher the chat works as without it, under the strictest policy", async () => {
  const { chat, complaints } = await visit();
  await chat.open();
  await chat.hears(/welcome/i);
  expect(complaints).toEqual([]);
});

test("with another hash the browser refuses the launcher, and the page is as it was without a chat", async () => {
  const { page, complaints } = await visit({ launcher: `sha384-${"A".repeat(64)}` });
  expect(await page.getByText("Host").isVisible()).toBe(true);
  expect(await page.locator("baton-chat").count()).toBe(0);
  expect(await page.evaluate(() => "Baton" in window)).toBe(false);
  await expect.poll(() => complaints).toEqual([expect.stringContaining("integrity")]); // the browser's own words, and no error of ours
});

test("a page that pins the parts too and lets nothing else run has the whole chat", async () => {
  const { chat, complaints } = await visit({ parts: pins.integrity });
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.say("I want a refund");
  await chat.hears("order number");
  expect(complaints).toEqual([]);
});

test("a part that is not what was pinned is never run, however often it is tried, and the button says so", async () => {
  const frame = Object.keys(pins.integrity).find((name) => name.startsWith("frame-"))!;
  const { page, chat } = await visit({ parts: { ...pins.integrity, [frame]: `sha384-${"A".repeat(64)}` } });
  for (let attempt = 0; attempt < 2; attempt++) {
    await chat.button("Open chat").click();
    await chat.button("Open chat: not loaded, try again").waitFor();
    await page.locator("baton-chat .launcher").evaluate((button) => (button.ariaLabel = "Open chat")); // so that the next attempt is heard
  }
  expect(await page.locator("baton-chat [role=dialog]").count()).toBe(0);
});
