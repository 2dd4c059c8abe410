import { expect, test } from "vitest";
import type { Verdict } from "./matrix-cell.ts";
import { allFaults } from "./matrix-faults.ts";
import { allCells, cellsNamed, nameOf, sampleOf } from "./matrix-plan.ts";
import { allPoints } from "./matrix-points.ts";
import { failureOf, hasFailed, summaryOf, tableOf } from "./matrix-run.ts";

const verdict = (given: Partial<Verdict>): Verdict => ({
  cell: { point: "T3 line committed", fault: "kill", store: "postgres", seed: 7 },
  isReached: true,
  hasFired: true,
  violations: [],
  ms: 1,
  ...given,
});

test("all cells are every fault at every point on both stores, once for each seed", () => {
  const cells = allCells([1, 2]);
  expect(cells).toHaveLength(allPoints.length * allFaults.length * 2 * 2);
  expect(new Set(cells.map((cell) => `${nameOf(cell)} ${cell.seed}`)).size).toBe(cells.length);
});

test("a sample has every fault on both stores, and another seed takes other points", () => {
  const kinds = sampleOf(1).map(({ fault, store }) => `${fault} ${store}`);
  expect(new Set(kinds).size).toBe(allFaults.length * 2);
  expect(sampleOf(1)).toEqual(sampleOf(1));
  expect(sampleOf(1).map(({ point }) => point)).not.toEqual(sampleOf(2).map(({ point }) => point));
});

test("a cell is found by its name, and a name that no cell has is none", () => {
  const cells = allCells([1]);
  expect(cellsNamed("T3/kill/postgres", cells)?.map(nameOf)).toEqual(["T3/kill/postgres"]);
  expect(cellsNamed("T3", cells)).toHaveLength(allFaults.length * 2);
  expect(cellsNamed("*/stop", cells)).toHaveLength(allPoints.length * 2);
  expect(cellsNamed("T99/kill", cells)).toBeNull();
});

test.each([
  ["that did not come by its point", verdict({ isReached: false }), "not reached"],
  ["whose fault did not strike", verdict({ hasFired: false }), "did not strike"],
  ["in which a promise was broken", verdict({ violations: ["I-1 lost"] }), "I-1 lost"],
])("a cell %s has failed, and says why and how to play it again", (_, failed, why) => {
  expect(hasFailed(failed)).toBe(true);
  expect(failureOf(failed)).toContain(why);
  expect(failureOf(failed)).toContain("--only T3/kill/postgres --seed 7");
});

test("the last line counts what fired, and what was broken where something fired", () => {
  const all = [verdict({}), verdict({ violations: ["a", "b"] }), verdict({ hasFired: false, violations: ["it stood still"] })];
  expect(summaryOf(all)).toBe("cells: 3, fired: 2, violations: 2");
  expect(hasFailed(verdict({}))).toBe(false);
});

test("the table has a row for each point that was played, and shows what failed", () => {
  const [, row, ...rest] = tableOf([verdict({}), verdict({ violations: ["a"] })]).split("\n");
  expect(row).toMatch(/^T3 .*\b1\/2\b/);
  expect(rest).toEqual([]);
  expect(tableOf([verdict({}), verdict({ hasFired: false })])).toContain("void");
});
