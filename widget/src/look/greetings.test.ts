// @vitest-environment happy-dom
import type { Greeting } from "@baton/bridge-server/protocol";
import { afterEach, expect, test } from "vitest";
import { createTestClock } from "../connection/rehearsal.ts";
import { createTestStorage } from "../conversation/test-storage.ts";
import { watchFor } from "./greetings.ts";

const DAY = 24 * 60 * 60_000;
const prices: Greeting = {
  name: "prices",
  text: "Questions about prices?",
  languages: { fr: "Des questions ?" },
  on: ["/prices"],
  after: { seconds: 20 },
  every: "week",
};
const ends = new AbortController();
afterEach(() => document.body.replaceChildren());

function visitor({ local = createTestStorage(), session = createTestStorage(), locale = "en", clock = createTestClock() } = {}) {
  const shown: string[] = [];
  let isBusy = (): boolean => false;
  let gone: (wasDismissed: boolean) => void = () => {};
  return {
    clock,
    shown,
    dismiss: () => gone(true),
    chats: () => (isBusy = () => true),
    cannotTell: () => (isBusy = () => JSON.parse("storage is forbidden") as boolean),
    opens: (path: string, greetings = [prices]) =>
      watchFor(greetings, path, {
        site: "shop",
        locale,
        clock,
        isBusy: () => isBusy(),
        show: (text, whenGone) => (shown.push(text), (gone = whenGone)),
        until: ends.signal,
        storage: () => ({ local, session }),
      }),
  };
}

test("who stays on a page for so long is greeted there, in their language, and on no other", async () => {
  const { clock, shown, opens } = visitor({ locale: "fr-CA" });
  opens("/");
  await clock.pass(60_000);
  expect(shown).toEqual([]);
  opens("/prices");
  await clock.pass(19_000);
  expect(shown).toEqual([]);
  await clock.pass(2_000);
  expect(shown).toEqual(["Des questions ?"]);
});

test("who has left the page is not greeted for it", async () => {
  const { clock, shown, opens } = visitor();
  const leave = opens("/prices");
  await clock.pass(10_000);
  leave();
  await clock.pass(60_000);
  expect(shown).toEqual([]);
});

test.each([
  ["page", [1, 2, 3, 4]],
  ["visit", [1, 1, 2, 2]],
  ["day", [1, 1, 2, 3]],
  ["week", [1, 1, 1, 2]],
  ["once", [1, 1, 1, 1]],
] as const)("a greeting for every %s comes no more often than that", async (every, times) => {
  const clock = createTestClock();
  const local = createTestStorage();
  const counts: number[] = [];
  const shown: string[] = [];
  const page = async (session: ReturnType<typeof createTestStorage>) => {
    const one = visitor({ clock, local, session });
    one.opens("/prices", [{ ...prices, every }]);
    await clock.pass(21_000);
    shown.push(...one.shown);
    counts.push(shown.length);
  };
  const first = createTestStorage();
  await page(first);
  await page(first);
  await clock.pass(DAY);
  const second = createTestStorage();
  await page(second);
  await clock.pass(7 * DAY - 2 * 21_000 - DAY);
  await page(second);
  expect(counts).toEqual(times);
});

test("who has dismissed one sees none for a day, whatever it is called", async () => {
  const one = visitor();
  const other: Greeting = { ...prices, name: "other", text: "Other", every: "page" };
  one.opens("/prices");
  await one.clock.pass(21_000);
  one.dismiss();
  one.opens("/prices", [other]);
  await one.clock.pass(21_000);
  expect(one.shown).toEqual([prices.text]);
  await one.clock.pass(DAY);
  one.opens("/prices", [other]);
  await one.clock.pass(21_000);
  expect(one.shown).toEqual([prices.text, "Other"]);
});

test("who chats already is not greeted, nor is anybody where nothing can be remembered", async () => {
  const busy = visitor();
  busy.chats();
  busy.opens("/prices");
  await busy.clock.pass(21_000);
  expect(busy.shown).toEqual([]);
  const forgetful = createTestStorage();
  forgetful.refuse("reading");
  const other = visitor({ local: forgetful });
  other.cannotTell(); // and no page hears of it
  other.opens("/prices", [{ ...prices, every: "page" }]);
  await other.clock.pass(21_000);
  expect(other.shown).toEqual([]);
});

test("one page greets once, whichever moment comes first", async () => {
  const { clock, shown, opens } = visitor();
  opens("/prices", [prices, { ...prices, name: "leaving", text: "Going?", after: { leaving: true } }]);
  document.documentElement.dispatchEvent(new MouseEvent("pointerleave", { clientY: 40 }));
  expect(shown).toEqual([]);
  document.documentElement.dispatchEvent(new MouseEvent("pointerleave", { clientY: -2 }));
  await clock.pass(60_000);
  expect(shown).toEqual(["Going?"]);
});

test("who has scrolled so far is greeted, also on a page without a doctype, whose body is what scrolls", () => {
  const { shown, opens } = visitor();
  for (const [element, height] of [
    [document.documentElement, 4_000],
    [document.body, 800],
  ] as const) {
    Object.defineProperty(element, "scrollHeight", { value: 4_000, configurable: true });
    Object.defineProperty(element, "clientHeight", { value: height, configurable: true });
  }
  Object.defineProperty(document, "scrollingElement", { value: document.body, configurable: true });
  opens("/prices", [{ ...prices, after: { scrolled: 50 } }]);
  for (const [at, greeted] of [
    [1_500, []],
    [1_700, [prices.text]],
  ] as const) {
    Object.defineProperty(globalThis, "scrollY", { value: at, configurable: true });
    dispatchEvent(new Event("scroll"));
    expect(shown).toEqual(greeted);
  }
});
