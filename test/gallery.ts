// `npm run shots [-- folder [state…]]`: every state of the chat, or those whose names begin so, on a phone and a desktop, light and dark,
// in both directions; and a sheet of them all.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { type Moment, momentsIn, tell } from "./gallery-states.ts";
import { deskOn, DESKTOP, PHONE, startPages } from "./journeys/pages-rig.ts";
import { document as pdf, picture } from "./journeys/sample-files.ts";

const [place = "shots", ...only] = process.argv.slice(2).filter((word) => word !== "--");
const folder = resolve(place);
const isWanted = (state: string): boolean => only.length === 0 || only.some((start) => state.startsWith(start));
const sizes = { phone: PHONE, desktop: { viewport: { width: 900, height: 760 } } };
const locales = { ltr: "en", rtl: "ar" } as const;

mkdirSync(folder, { recursive: true });
const pages = await startPages({
  site: {
    handoff: { queueWaitMs: 600_000 },
    files: {},
    look: { welcome: "We answer within a minute.", label: "Help", suggestions: ["Where is my order?", "I want a refund"] },
  },
});
try {
  for (const [size, screen] of Object.entries(sizes)) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [direction, locale] of Object.entries(locales)) {
        for (const [state, moment] of Object.entries(momentsIn(locale)))
          if (isWanted(state))
            await drawMoment(`${state}-${size}-${colorScheme}-${direction}`, moment, { ...screen, colorScheme }, locale, direction);
        if (isWanted("01-closed")) await draw(`${size}-${colorScheme}-${direction}`, { ...screen, colorScheme }, locale, direction);
      }
    }
  }
  await sheet();
  console.log(`${readdirSync(folder).length} pictures in ${folder}; all of them on sheet.png`);
} finally {
  await pages.stop();
}

/** A page of a shop that has nothing else on it. */
function emptyPage(locale: string, direction: string): string {
  return pages.own.put(`/${locale}`, {
    body: `<!doctype html><html lang="${locale}" dir="${direction}"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Shots</title><body></body><script async src="${pages.bridgeUrl}/baton.js" data-site="shop"></script></html>`,
  });
}

async function drawMoment(name: string, moment: Moment, screen: object, locale: string, direction: string): Promise<void> {
  const visitor = await pages.visit(screen);
  await tell(visitor.context, moment, pages.own.url);
  const page = await visitor.open(emptyPage(locale, direction));
  const inside = (selector: string) => page.locator(`baton-chat ${selector}`);
  await inside(".launcher .label").waitFor();
  await inside(".launcher").click();
  await inside(".input, .sheet").first().waitFor();
  await page.waitForLoadState("networkidle");
  await moment.does?.(page, inside);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", scale: "css" });
  await visitor.context.close();
}

async function draw(name: string, screen: object, locale: string, direction: string): Promise<void> {
  const visitor = await pages.visit(screen);
  const page = await visitor.open(emptyPage(locale, direction));
  const inside = (selector: string) => page.locator(`baton-chat ${selector}`).first();
  const lines = (by: string) => page.locator(`baton-chat [data-by=${by}] .bubble`);
  const keep = (state: string): Promise<unknown> =>
    page.screenshot({ path: join(folder, `${state}-${name}.png`), animations: "disabled", scale: "css" });
  const say = async (text: string): Promise<void> => {
    await inside(".input").fill(text);
    await inside(".send").click();
  };

  await inside(".launcher .label").waitFor();
  await keep("01-closed");
  await inside(".launcher").click();
  await lines("assistant").first().waitFor();
  await keep("02-greeting");
  await say("I want a refund");
  await lines("assistant").nth(1).waitFor();
  await keep("03-chatting");
  await say("A-1001");
  await inside(".status p").waitFor();
  await keep("04-waiting");
  const sam = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Sam"));
  await sam.accept();
  await sam.say("Hello! I have your order in front of me: the refund is on its way.");
  await lines("agent").first().waitFor();
  await keep("05-person");
  await inside(".picker").setInputFiles([picture("crack.png", 900, 600), pdf("receipt.pdf")]);
  await inside(".uploads li + li").waitFor();
  await keep("06-picked");
  await inside(".send").click();
  await sam.page.getByLabel("Attach a file").setInputFiles(pdf("return-label.pdf"));
  await inside("[data-by=agent] .file").waitFor();
  await lines("agent").first().waitFor();
  await page.waitForFunction(() => document.querySelector("baton-chat")?.shadowRoot?.querySelector(".picture canvas[width='560']"));
  await keep("07-files");
  await sam.end();
  await inside(".scores").waitFor();
  await keep("08-ended");
  await visitor.context.close();
}

/** All pictures side by side, a state in each row. */
async function sheet(): Promise<void> {
  const names = readdirSync(folder)
    .filter((name) => /^\d\d-/.test(name))
    .sort();
  const rows = Object.values(Object.groupBy(names, (name) => name.split("-", 2).join("-"))) as string[][];
  const image = (name: string): string =>
    `<figure><img src="data:image/png;base64,${readFileSync(join(folder, name)).toString("base64")}"><figcaption>${name.replace(".png", "")}</figcaption></figure>`;
  const canvas: Page = await (await pages.visit({ viewport: { width: 1_800, height: 400 } })).context.newPage();
  await canvas.setContent(
    `<style>body{margin:16px;background:#dde1ea;font:11px system-ui}div{display:flex;gap:10px;align-items:end;margin-bottom:14px}figure{margin:0}img{height:300px;box-shadow:0 0 0 1px #aab}</style>${rows.map((row) => `<div>${row.map(image).join("")}</div>`).join("")}`,
  );
  await canvas.screenshot({ path: join(folder, "sheet.png"), fullPage: true });
}
