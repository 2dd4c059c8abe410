import { expect, test } from "vitest";
import { english } from "./english.ts";
import { formsEnglish } from "./english-forms.ts";
import { createLanguage } from "./language.ts";

test("the parts come in any order: what the last one says is said, while one before it is missing", () => {
  const { learn, say } = createLanguage(() => Promise.reject(new Error("there are no other languages here")));
  learn(2, formsEnglish);
  expect([say("openChat"), say("sendMessage")]).toEqual([english.openChat, formsEnglish.sendMessage]);
});
