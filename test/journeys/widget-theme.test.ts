import { afterAll, beforeAll, expect, test } from "vitest";
import { inFirefox } from "../browser.ts";
import { amiss } from "./axe.ts";
import { onlyInChromium } from "./only-in-chromium.ts";
import { chatOn, DESKTOP, shot, startPages } from "./pages-rig.ts";

// A page's own colours, sizes and corners, in a real browser; and the page of the demo that helps to choose them.

const once = onlyInChromium("no browser makes a difference to these");

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

const accents = ["#ffffff", "#000000", "#ffd400", "#767676", "#777777", "#00a86b", "#e0115f", "#5f9ea0", "#1e90ff"];
const surfaces = ["#fff4e6", "#000000", "#ff0000", "#808080", "#002244"];

const schemes = inFirefox ? (["light"] as const) : (["light", "dark"] as const); // Firefox ESR 153 is not told to be dark
test.each(schemes)(
  "in the %s scheme everything can be read, whatever accent and surface a page sets: nothing falls below the contrast of WCAG",
  async (colorScheme) => {
    const visitor = await pages.visit({ ...DESKTOP, colorScheme });
    const chat = chatOn(await visitor.open("/plain"));
    await chat.open();
    await chat.hears(/welcome/i);
    await chat.say("I want a refund");
    await chat.hears("order number");
    await chat.message.fill("A-1001");
    for (const [at, accent] of accents.entries()) {
      const surface = surfaces[at % surfaces.length]!;
      await chat.page.locator("baton-chat").evaluate(
        (host, [accent, surface]) => {
          const { style } = host as HTMLElement;
          style.setProperty("--baton-accent", accent!);
          style.setProperty("--baton-surface", surface!);
        },
        [accent, surface],
      );
      expect(await amiss(chat.page), `${accent} on ${surface}`).toEqual([]);
      await shot(chat.page, `theme-${colorScheme}-${at}`);
    }
    expect(visitor.complaints).toEqual([]);
  },
);

once.each([
  [{}, "light", "light"],
  [{}, "dark", "dark"],
  [{ theme: "dark" }, "light", "dark"],
  [{ theme: "light" }, "dark", "light"],
] as const)(
  "on a page that says nothing of schemes, %o in a %s browser is %s",
  async ({ theme }: { theme?: string }, colorScheme, seen) => {
    const tag = `<script async src="${pages.bridgeUrl}/baton.js?site=shop" ${theme ? `data-theme="${theme}"` : ""} data-open="true"></script>`;
    const page = await (
      await pages.visit({ ...DESKTOP, colorScheme })
    ).open(pages.own.put(`/${theme}-${colorScheme}`, { body: `<!doctype html><html lang="en"><title>Plain</title><body>${tag}` }));
    const panel = page.locator("baton-chat .panel");
    await panel.waitFor();
    const light = await panel.evaluate((it) => Number(/oklch\(([\d.]+)/.exec(getComputedStyle(it).backgroundColor)![1]));
    expect(light > 0.5 ? "light" : "dark").toBe(seen);
  },
);

test("T7 nothing of the page lies over the chat, not even a header that stands as high as anything usually does", async () => {
  const chat = chatOn(await (await pages.visit({ viewport: { width: 1100, height: 760 } })).open("/product/teapot"));
  await chat.open();
  await chat.hears(/welcome/i);
  const seenAtItsTop = await chat.panel.evaluate((panel) => {
    const { x, y, width } = panel.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + 8)?.localName;
  });
  expect(seenAtItsTop).toBe("baton-chat");
});

test("size, corners, letters, distance and layer are the page's by custom properties, and its parts by name", async () => {
  const visitor = await pages.visit(DESKTOP);
  const url = pages.own.put("/own", {
    body: `<!doctype html><html lang="en"><title>Own</title><style nonce="n">
      baton-chat { --baton-width: 340px; --baton-height: 500px; --baton-radius: 2px; --baton-font: Georgia, serif; --baton-side: 48px; --baton-z: 7 }
      baton-chat::part(header) { letter-spacing: 3px } baton-chat::part(log) { padding-top: 9px }
    </style><main></main><script async src="${pages.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
    policy: `default-src 'none'; style-src 'nonce-n'; script-src ${pages.bridgeUrl}; connect-src ${pages.bridgeUrl}`,
  });
  const chat = chatOn(await visitor.open(url));
  await chat.open();
  await chat.hears(/welcome/i);
  const { x, width, height } = (await chat.panel.boundingBox())!; // it is open
  expect([width, height, DESKTOP.viewport.width - x - width].map(Math.round)).toEqual([340, 500, 48]); // it may be rising yet
  const look = await chat.panel.evaluate((panel) => {
    const header = panel.querySelector(".header")!;
    const log = panel.querySelector(".log")!;
    const host = (panel.getRootNode() as ShadowRoot).host;
    const of = (element: Element) => getComputedStyle(element);
    return [of(panel).borderRadius, of(panel).fontFamily, of(host).zIndex, of(header).letterSpacing, of(log).paddingTop];
  });
  expect(look).toEqual(["2px", "Georgia, serif", "7", "3px", "9px"]);
  expect(visitor.complaints).toEqual([]);
});

test("each button has a picture of its own, and what is filled keeps its colour under the mouse", async () => {
  const visitor = await pages.visit(DESKTOP);
  const chat = chatOn(await visitor.open("/"));
  await chat.open();
  await chat.hears(/welcome/i);
  await chat.message.fill("hello");
  const pictures = await chat.panel.evaluate((panel) =>
    [...panel.querySelectorAll(".header button, .person, .send")].map((button) => getComputedStyle(button, "::before").clipPath),
  );
  expect(new Set(pictures).size).toBe(5);
  const colour = () => chat.button("Send").evaluate((button) => getComputedStyle(button).backgroundColor);
  const before = await colour();
  await chat.button("Send").hover();
  expect(await colour()).toBe(before);
  const plain = () => chat.button("More").evaluate((button) => getComputedStyle(button).backgroundColor);
  const unpointed = await plain();
  await chat.button("More").hover();
  expect(await plain()).not.toBe(unpointed);
});

once.each(["5000px", "as tall as it gets", "200vh", "-3px"])(
  "a page that asks for a height of %s has a panel that ends within the window",
  async (height) => {
    const visitor = await pages.visit({ ...DESKTOP, reducedMotion: "reduce" });
    const url = pages.own.put("/tall", {
      body: `<!doctype html><html lang="en"><title>Tall</title><style>baton-chat { --baton-height: ${height} }</style><main></main><script async src="${pages.bridgeUrl}/baton.js?site=shop"></script></html>`,
    });
    const chat = chatOn(await visitor.open(url));
    await chat.open();
    await chat.hears(/welcome/i);
    const { y, height: shown } = (await chat.panel.boundingBox())!; // it is there
    expect([y >= 20, y + shown <= DESKTOP.viewport.height - 92, shown >= 250]).toEqual([true, true, true]);
    expect(await chat.message.isVisible()).toBe(true);
  },
);

once(
  "the configurator shows what is written as it is written, and prints the tag, the same pinned, the style and the setting",
  async () => {
    const visitor = await pages.visit({ viewport: { width: 1280, height: 1000 } });
    const page = await visitor.open("/configure");
    await page.getByLabel("Label, beside the icon").fill("Need a hand?");
    await page.getByRole("button", { name: "Need a hand?: Open chat" }).waitFor();
    await page.getByLabel("Greeting, beside the button").fill("Questions?");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByLabel("After so many seconds").fill("-5");
    await page.getByRole("button", { name: "Questions?" }).waitFor(); // whoever writes one sees it at once, and again
    await page.locator("[name=title]").fill('Acme "Care"');
    await page.locator("[name=position]").selectOption("start");
    await page.locator("[name=theme]").selectOption("dark");
    await page.locator("[name=radius]").selectOption("8px");
    await page.getByLabel("Welcome, before the first message").fill("Hello there.");
    await page.getByRole("button", { name: "Need a hand?: Open chat" }).click();
    const panel = page.getByRole("dialog", { name: 'Acme "Care"' });
    await panel.waitFor();
    await page.getByRole("log").getByText("Hello there.").waitFor();
    expect((await panel.boundingBox())?.x).toBe(20);
    expect(await page.locator("#tag").textContent()).toBe(
      `<script async src="${pages.bridgeUrl}/baton.js?site=shop" data-position="start" data-theme="dark"></script>`,
    );
    expect(await page.locator("#pinned").textContent()).toMatch(
      /^<script async src="[^"]+\/baton-\w{8}\.js" integrity="sha384-[\w+/]{64}" crossorigin data-site="shop" data-position="start" data-theme="dark"><\/script>$/,
    );
    expect(await page.locator("#css").textContent()).toBe("baton-chat {\n  --baton-radius: 8px;\n}");
    const config = await page.locator("#config").textContent();
    expect(config).toContain('title: "Acme \\"Care\\"",');
    expect(config).toContain("seconds: 1\n"); // no fewer are taken
    const copies = page.getByRole("button", { name: "Copy the tag" });
    expect(await copies.evaluate((it) => getComputedStyle(it).textTransform)).toBe("none"); // the shop shouts all others
    await visitor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await copies.click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await page.locator("#tag").textContent());
    await shot(page, "configure");
    expect(await amiss(page)).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  },
);
