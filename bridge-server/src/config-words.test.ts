import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSpoken, unknownWords } from "./config-words.ts";

const says = { openChat: "Open chat", launcherNotLoaded: "Open chat: not loaded", greetingDismiss: "Dismiss" };
const spoken = { names: ["openChat", "person", "send", "talkToPerson", "placeholder"], launcher: { en: says } };

test("words that stand in the place of nothing are named, each with what may have been meant", () => {
  const words = { "*": { person: "Acme team", Send: "Go" }, "de-AT": { talkToPersn: "Mit Acme sprechen", colour: "Rot" } };
  expect(unknownWords("shop", words, spoken)).toEqual([
    'sites.shop.visitor.words["*"].Send: the widget says nothing of that name, so this is never seen: did you mean send?',
    'sites.shop.visitor.words["de-AT"].talkToPersn: the widget says nothing of that name, so this is never seen: did you mean talkToPerson?',
    'sites.shop.visitor.words["de-AT"].colour: the widget says nothing of that name, so this is never seen: its names stand in widget/src/words',
  ]);
});

test("what a build tells is read; a folder without it is that of an older build, and nothing is held against the words", () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-words-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(readSpoken(folder)).toBeNull();
  writeFileSync(join(folder, "spoken.json"), JSON.stringify(spoken));
  expect(readSpoken(folder)).toEqual(spoken);
});
