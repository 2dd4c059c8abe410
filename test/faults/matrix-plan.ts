import { seeded } from "./fault-proxy.ts";
import type { Cell } from "./matrix-cell.ts";
import { allFaults, type StoreKind } from "./matrix-faults.ts";
import { allPoints, shortName } from "./matrix-points.ts";

const allStores: StoreKind[] = ["sqlite", "postgres"];

/** Every cell once for each seed, mixed, so that those that mostly wait are played among those that work. */
export function allCells(seeds: number[]): Cell[] {
  const cells = seeds.flatMap((seed) =>
    allPoints.flatMap((point) => allFaults.flatMap((fault) => allStores.map((store) => ({ point, fault, store, seed })))),
  );
  const random = seeded(1);
  return cells
    .map((cell) => ({ cell, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ cell }) => cell);
}

/** Every fault on every store once, each at a point that the seed chooses. */
export function sampleOf(seed: number): Cell[] {
  const random = seeded(seed);
  const pick = () => allPoints[Math.floor(random() * allPoints.length)]!; // within the list
  return allFaults.flatMap((fault) => allStores.map((store) => ({ point: pick(), fault, store, seed })));
}

/** `T3/kill/postgres`, with `*` or nothing for what does not matter. `null`: no cell goes by this name. */
export function cellsNamed(name: string, cells: Cell[]): Cell[] | null {
  const [point = "*", fault = "*", store = "*"] = name.split("/");
  const found = cells.filter(
    (cell) =>
      (point === "*" || shortName(cell.point) === point) &&
      (fault === "*" || cell.fault === fault) &&
      (store === "*" || cell.store === store),
  );
  return found.length === 0 ? null : found;
}

export const nameOf = ({ point, fault, store }: Cell): string => `${shortName(point)}/${fault}/${store}`;
