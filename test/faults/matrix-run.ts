import { playCell, type Cell, type Engines, type Verdict } from "./matrix-cell.ts";
import { allFaults } from "./matrix-faults.ts";
import { nameOf } from "./matrix-plan.ts";
import { allPoints, shortName } from "./matrix-points.ts";

/** Plays cells side by side and hands out each verdict as it comes. */
export async function playCells(
  cells: Cell[],
  { engines, sideBySide, played = () => {} }: { engines: Engines; sideBySide: number; played?(verdict: Verdict): void },
): Promise<Verdict[]> {
  const left = [...cells];
  const verdicts: Verdict[] = [];
  await Promise.all(Array.from({ length: Math.min(sideBySide, cells.length) }, playNext));
  return verdicts;

  async function playNext(): Promise<void> {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      const verdict = await playCell(cell, engines);
      verdicts.push(verdict);
      played(verdict);
    }
  }
}

const isVoid = ({ isReached, hasFired }: Verdict): boolean => !isReached || !hasFired;
export const hasFailed = (verdict: Verdict): boolean => isVoid(verdict) || verdict.violations.length > 0;

/** What went wrong in a cell, and how to play it again. */
export function failureOf(verdict: Verdict): string {
  const { cell, isReached, hasFired, violations } = verdict;
  const voids = [
    ...(isReached ? [] : ["void: the point was not reached once"]),
    ...(hasFired ? [] : ["void: the fault did not strike once"]),
  ];
  return [`npm run matrix -- --only ${nameOf(cell)} --seed ${cell.seed}`, ...voids, ...violations].join("\n  ");
}

/** The number of cells, of those that fired, and of promises broken, as the last line of a run says it. */
export function summaryOf(verdicts: Verdict[]): string {
  const fired = verdicts.filter((verdict) => !isVoid(verdict)).length;
  const violations = verdicts.reduce((sum, one) => sum + (isVoid(one) ? 0 : one.violations.length), 0);
  return `cells: ${verdicts.length}, fired: ${fired}, violations: ${violations}`;
}

/** Points by faults: how many cells held of how many were played, `void` where one of them was. */
export function tableOf(verdicts: Verdict[]): string {
  const width = Math.max(...allFaults.map((fault) => fault.length)) + 2;
  const head = ["".padEnd(38), ...allFaults.map((fault) => fault.padStart(width))].join("");
  const rows = allPoints.flatMap((point) => {
    const here = verdicts.filter(({ cell }) => cell.point === point);
    if (here.length === 0) return [];
    const fields = allFaults.map((fault) => {
      const those = here.filter(({ cell }) => cell.fault === fault);
      if (those.length === 0) return "";
      return those.some(isVoid) ? "void" : `${those.filter((one) => !hasFailed(one)).length}/${those.length}`;
    });
    return [
      `${shortName(point).padEnd(4)}${point.slice(point.indexOf(" ") + 1).padEnd(34)}${fields.map((field) => field.padStart(width)).join("")}`,
    ];
  });
  return [head, ...rows].join("\n");
}
