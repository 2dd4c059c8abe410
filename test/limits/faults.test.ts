import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// Every fault we can name has a test whose name cites it, or a reason why it cannot have one here.

const FAULTS = Array.from({ length: 42 }, (_, index) => `F${String(index + 1).padStart(2, "0")}`);

/** Faults without a test, each with what keeps it from having one. */
const WITHOUT: Record<string, string> = {};

/** Whatever is in quotes and cites a fault: names of tests, rows of their tables, rules that a suite makes tests of. */
const sources = [...globSync("{bridge-server,widget,demo}/src/**/*.test.{ts,tsx}"), ...globSync("test/{conformance,faults,journeys}/*.ts")];
const cited = new Set(
  sources.flatMap((path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => !/^\s*(\/\/|\*|\/\*\*)/.test(line))
      .flatMap((line) => [...line.matchAll(/(["`])((?:\\.|(?!\1).)*)\1/g)].flatMap(([, , text = ""]) => text.match(/\bF\d\d\b/g) ?? [])),
  ),
);

test.each(FAULTS)("%s has a test that is named after it, or a written reason", (fault) => {
  expect(cited.has(fault) || WITHOUT[fault] !== undefined).toBe(true);
});

test("no reason is given for a fault that has a test", () => {
  expect(Object.keys(WITHOUT).filter((fault) => cited.has(fault) || !FAULTS.includes(fault))).toEqual([]);
});

test("no test cites a fault that there is not", () => {
  expect([...cited].filter((fault) => !FAULTS.includes(fault))).toEqual([]);
});
