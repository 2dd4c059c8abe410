// Every fault at every point, on both stores: `npm run matrix`. See README.md beside this file.
import { parseArgs } from "node:util";
import { startNats } from "../engines/nats.ts";
import { startPostgres } from "../engines/postgres.ts";
import { allCells, cellsNamed, sampleOf } from "./matrix-plan.ts";
import { failureOf, hasFailed, playCells, summaryOf, tableOf } from "./matrix-run.ts";

const { values } = parseArgs({
  options: {
    sample: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    "side-by-side": { type: "string", default: "8" },
  },
});
const seed = Number(values.seed);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => seed + index);
const all = values.sample ? seeds.flatMap(sampleOf) : allCells(seeds);
const cells = values.only === undefined ? all : values.only.split(",").flatMap((name) => cellsNamed(name, all) ?? noSuch(name));

// Somebody may have seen enough: whatever runs for us ends with us.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
const begun = performance.now();
let done = 0;
const verdicts = await playCells(cells, {
  engines: { newDatabase: postgres.newDatabase, natsPort: nats.port },
  sideBySide: Number(values["side-by-side"]),
  played(verdict) {
    if (++done % 50 === 0) process.stderr.write(`${done} of ${cells.length}\n`);
    if (hasFailed(verdict)) says(failureOf(verdict));
  },
});
await Promise.all([postgres.stop(), nats.stop()]);

says(tableOf(verdicts));
says(`seeds: ${seeds.join(", ")}; ${((performance.now() - begun) / 60_000).toFixed(1)} minutes`);
says(summaryOf(verdicts));
process.exitCode = verdicts.some(hasFailed) ? 1 : 0;

function says(line: string): void {
  process.stdout.write(`${line}\n`);
}

function noSuch(name: string): never {
  process.stderr.write(`There is no cell ${name}: write one such as T3/kill/postgres, or T3/* for all of a point.\n`);
  process.exit(2);
}
