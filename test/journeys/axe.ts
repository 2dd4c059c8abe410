import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe finds in the chat on this page, and whether anything sticks out sideways. Moving things are let come to rest first: axe would
 * measure the colours of what is half faded in.
 */
export function amiss(page: Page): Promise<string[]> {
  return found(
    page,
    `const host = document.querySelector("baton-chat");
    const motions = host.shadowRoot.getAnimations({ subtree: true }).concat(host.shadowRoot.getAnimations());
    await Promise.all(motions.filter((it) => it.effect.getTiming().iterations !== Infinity).map((it) => it.finished));
    const { violations } = await axe.run({ include: [["baton-chat"]] });
    const box = host.shadowRoot.querySelector("dialog[open]")?.getBoundingClientRect();
    const isOutside = box && (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight);
    return [...named(violations), ...(isOutside ? ["the panel is not in sight"] : [])];`,
  );
}

/** The same of a whole page of ours. */
export function amissOnPage(page: Page): Promise<string[]> {
  return found(
    page,
    `const { violations } = await axe.run();
    return [...named(violations), ...(document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["the page is too wide"] : [])];`,
  );
}

/** Runs outside the page's content policy, as axe needs to. */
async function found(page: Page, look: string): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`(async () => {
    const named = (violations) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target.join(" ")));
    ${look}
  })()`);
}
