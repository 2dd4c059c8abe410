import { afterAll, beforeAll, expect, test } from "vitest";
import { amiss } from "./axe.ts";
import { chatOn, DESKTOP, PHONE, shot, startPages } from "./pages-rig.ts";

// A page that the site does not allow, or whose tag names no site: what the visitor reads there, and what its owner does.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** The page's console is its owner's: what is said there, by kind. */
async function visit({ site, host, screen }: { site: string; host: string; screen: object }) {
  const visitor = await pages.visit(screen);
  const warnings: string[] = [];
  const asked: string[] = [];
  visitor.context.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  visitor.context.on("request", (request) => request.url().endsWith("/conversations") && asked.push(request.method()));
  const url = pages.own.put("/strange", {
    body: `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Strange</title><main></main><script async src="${pages.bridgeUrl}/baton.js" data-site="${site}"></script></html>`,
    policy: `default-src 'none'; script-src ${pages.bridgeUrl}; connect-src ${pages.bridgeUrl}; require-trusted-types-for 'script'; trusted-types 'none'`,
  });
  const page = await visitor.open(url.replace("localhost", host));
  return { ...visitor, warnings, asked, chat: chatOn(page), origin: new URL(page.url()).origin };
}

test.each([
  [
    "is not the site's",
    { site: "shop", host: "127.0.0.1", screen: DESKTOP },
    /^Baton: forbidden_origin \S+ is not among this site's origins\. .*"origins"/,
  ],
  ["is not the site's, on a phone", { site: "shop", host: "127.0.0.1", screen: PHONE }, /"origins" in the bridge's configuration/],
  [
    "names no site",
    { site: "shpo", host: "localhost", screen: DESKTOP },
    /^Baton: unknown_site the tag names a site that this bridge does not serve/,
  ],
])("on a page that %s the visitor reads that there is no chat here, once and for all, and its owner why", async (name, where, why) => {
  const { chat, warnings, asked, origin, complaints } = await visit(where);
  await chat.open();
  await chat.page.getByText("The chat is not available on this page.").waitFor();
  expect(await amiss(chat.page)).toEqual([]);
  await shot(chat.page, `strange-${name.replaceAll(/\W+/g, "-")}`);
  expect(await chat.button("Start a new chat").count()).toBe(0);
  expect(await chat.page.getByText(/No connection|Connecting/).count()).toBe(0);
  const ours = warnings.filter((text) => text.startsWith("Baton"));
  expect(ours).toEqual([expect.stringMatching(why)]);
  if (where.host === "127.0.0.1") expect(ours[0]).toContain(origin);
  const before = asked.length;
  await chat.page.waitForTimeout(2_000); // longer than the first pause between attempts
  expect(asked.length).toBe(before);
  // What the browser itself says of an answer that is a refusal is all there is: no policy was broken, and nothing was thrown.
  expect(complaints.filter((text) => !/Failed to load resource|blocked by CORS|Cross-Origin/.test(text))).toEqual([]);
});
