import { expect, test } from "vitest";
import { english } from "./english.ts";
import { formsEnglish } from "./english-forms.ts";
import { createLanguage } from "./language.ts";

test("the parts come in any order: what the last one says is said, while one before it is missing", () => {
  const { learn, say } = createLanguage(() => Promise.reject(new Error("there are no other languages here")));
  learn(2, formsEnglish);
  expect([say("closeChat"), say("sendMessage")]).toEqual([english.closeChat, formsEnglish.sendMessage]);
});

test("a time is written as people write it, without a nought before the hour", () => {
  const { time } = createLanguage(() => Promise.reject(new Error("there are no other languages here")));
  expect(time(new Date(2026, 10, 27, 7, 5).toISOString())).toMatch(/^7:05\sAM$/);
});
