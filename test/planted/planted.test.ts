import { stripTypeScriptTypes } from "node:module";
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catchDefect } from "./catch.ts";
import { defects } from "./defects.ts";
import { planted } from "./plant.ts";

// `npm run planted` plants them all, and tells which test notices each.

test("every defect still fits the source it is planted in, which still is a program", () => {
  for (const defect of defects) {
    for (const file of new Set(defect.edits.map((edit) => edit.file))) {
      const source = planted(defect, file);
      expect(() => stripTypeScriptTypes(source), defect.name).not.toThrow();
    }
  }
});

test("there are thirty of them at least, each with a name of its own", () => {
  expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
  expect(defects.length).toBeGreaterThanOrEqual(30);
});

test("the tests that must notice them are there, and cite what is broken", () => {
  for (const { name, breaks, tests } of defects) {
    const sources = tests.map((path) => readFileSync(path, "utf8")).join("\n") + rules;
    expect(new RegExp(`\\b${breaks}\\b`).test(sources), name).toBe(true);
  }
});
/** A conformance test takes its names from the rules. */
const rules = globSync("test/conformance/*.ts")
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

test.each(defects.filter((_, index) => index % 12 === 3))("noticed: $name", async (defect) => {
  expect(await catchDefect(defect)).toMatch(new RegExp(`\\b${defect.breaks}\\b`));
});

test("a defect that changes nothing is noticed by nobody", async () => {
  const defect = defects.find(({ breaks }) => breaks === "F35");
  const harmless = { ...defect!, edits: defect!.edits.map((edit) => Object.assign({}, edit, { to: edit.from })) };
  expect(await catchDefect(harmless)).toBeNull();
});
