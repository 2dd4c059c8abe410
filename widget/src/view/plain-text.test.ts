import { expect, test } from "vitest";
import type { TextFormat } from "@baton/bridge-server/protocol";
import { plainText } from "./plain-text.ts";

test.each<[string, string, TextFormat?]>([
  ["one **two**\nthree", "one two\nthree"],
  ["one<br>two", "one\ntwo"],
  ["one\n\ntwo", "one\n\ntwo"],
  ["first:\n1. one\n2. two\n   - inner\n\nlast", "first:\n\n1. one\n2. two\n- inner\n\nlast"],
  ["- one\n- two", "- one\n- two"],
  ["see [the shop](https://acme.example/a)", "see the shop (https://acme.example/a)"],
  ["see https://acme.example/a.", "see https://acme.example/a."],
  ["order A-1001 `x`", "order A-1001 x"],
  ["```\na  b\n```", "a  b"],
  ["**as it is**", "**as it is**", "plain"],
])("%j is %j in plain words", (text, words, format = "markdown") => {
  expect(plainText(text, format)).toBe(words);
});
