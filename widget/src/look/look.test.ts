import type { Look } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { fits, lookAt } from "./look.ts";

const look: Look = {
  title: "Shop",
  label: "Help",
  accent: "#123456",
  avatars: { assistant: "/a.png" },
  languages: { de: { title: "Laden", label: "Hilfe" }, "de-CH": { title: "Lädeli" } },
  pages: [
    { on: ["/help/*"], label: "Ask", avatars: { agent: "/b.png" }, languages: { de: { label: "Fragen" } } },
    { on: ["/help/phone"], position: "start", avatars: {}, languages: {} },
  ],
  greetings: [],
};

test("everywhere a site looks as it says, in the visitor's language where it has words in that", () => {
  expect(lookAt(look, "/", "en-GB")).toMatchObject({ title: "Shop", label: "Help", accent: "#123456" });
  expect(lookAt(look, "/", "de-AT")).toMatchObject({ title: "Laden", label: "Hilfe" });
  expect(lookAt(look, "/", "de-CH")).toMatchObject({ title: "Lädeli", label: "Help" }); // words are taken as a whole language has them
});

test("on some pages it looks otherwise, and of what several say the last holds", () => {
  expect(lookAt(look, "/help/orders", "en")).toMatchObject({
    title: "Shop",
    label: "Ask",
    avatars: { assistant: "/a.png", agent: "/b.png" },
  });
  expect(lookAt(look, "/help/orders", "de")).toMatchObject({ title: "Laden", label: "Fragen" });
  expect(lookAt(look, "/help/phone", "en")).toMatchObject({ label: "Ask", position: "start" });
  expect(lookAt(look, "/helper", "en")).toMatchObject({ label: "Help" });
});

test.each([
  [["/help"], "/help", true],
  [["/help"], "/help/", true],
  [["/help"], "/help/orders", false],
  [["/help/*"], "/help/", true],
  [["/help/*"], "/help", false],
  [["/", "/a"], "/", true],
  [["/a*b*c"], "/a-b-c", true],
  [["/a*b*c"], "/abc", true],
  [["/a*b*c"], "/ac", false],
  [["/ab*ba"], "/aba", false],
  [["/*.html"], "/x/y.html", true],
  [undefined, "/anything", true],
])("%j takes %s: %s", (on, path, does) => {
  expect(fits(on, path)).toBe(does);
});

test("no pattern takes long, whatever it is made of", () => {
  const started = performance.now();
  expect(fits([`/${"a*".repeat(140)}b`], `/${"a".repeat(100_000)}`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000); // what tries every way never comes to an end
});
