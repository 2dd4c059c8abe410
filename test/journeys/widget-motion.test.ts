import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatOn, deskOn, DESKTOP, startPages, wantsRefund } from "./pages-rig.ts";

// Whoever has asked their system for less motion sees none in the chat, from its button to its end.

let pages: Awaited<ReturnType<typeof startPages>>;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.stop());

/** Whatever moves in the chat, looked for in every frame from now on. */
async function watchMotion(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const moved = new Set<string>();
    Object.assign(window, { moved });
    const look = (): void => {
      const inside = document.querySelector("baton-chat")?.shadowRoot?.getAnimations() ?? [];
      for (const one of [...document.getAnimations(), ...inside]) {
        const on = (one.effect as KeyframeEffect | null)?.target;
        moved.add(`${on?.className} ${"animationName" in one ? String(one.animationName) : one.constructor.name}`);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => [...(window as unknown as { moved: Set<string> }).moved]);
}

/** A chat from its button, which the page sets in motion, to the end: greeting, thinking, waiting, a person who writes. */
async function wholeChat(reducedMotion: "reduce" | "no-preference"): Promise<string[]> {
  const visit = await pages.visit({ ...DESKTOP, reducedMotion });
  const chat = chatOn(await visit.open("/plain"));
  await chat.launcher.waitFor();
  const moved = await watchMotion(chat.page);
  await chat.page.evaluate(() => {
    const { Baton } = window as unknown as { Baton: { animateIcon(how: object): void; showBubble(what: object): void } };
    Baton.animateIcon({ type: "bounce" });
    Baton.showBubble({ text: "Can we help?" });
  });
  await chat.page.getByText("Can we help?").waitFor();
  await wantsRefund(chat);
  const kim = deskOn(await (await pages.visit(DESKTOP)).open("/desk?agent=Kim"));
  await kim.accept();
  await kim.page.getByRole("textbox", { name: "Reply" }).pressSequentially("One moment");
  await chat.page.locator("baton-chat .typing").waitFor();
  await kim.button("Send").first().click();
  await chat.hears("One moment");
  await chat.button("End chat").click();
  await chat.page.getByText("End this chat?").waitFor();
  await chat.button("End chat").last().click();
  await chat.button("Start a new chat").waitFor();
  return moved();
}

test("with reduced motion nothing in the chat moves, in any state; without it, something does", async () => {
  expect(await wholeChat("reduce")).toEqual([]);
  expect((await wholeChat("no-preference")).toSorted()).toEqual(
    expect.arrayContaining([expect.stringMatching(/rise$/), expect.stringMatching(/breathe$/)]),
  );
});
