import { describe, expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { noNats, startNats } from "../engines/nats.ts";
import { seedOf } from "../seed.ts";
import type { Cell, Engines } from "./matrix-cell.ts";
import { sampleOf } from "./matrix-plan.ts";
import { failureOf, hasFailed, playCells } from "./matrix-run.ts";

// MATRIX_SEED=123 plays another sample. `npm run matrix` plays all cells.
const SEED = seedOf("MATRIX");
const SIDE_BY_SIDE = Number(process.env["MATRIX_SIDE_BY_SIDE"] ?? 6);
const noServers = noPostgres ?? noNats;

describe("F20 F22 F23 F25 F27 F35 every fault, at one of the 45 points: it strikes, and every promise holds", () => {
  test(`on SQLite, as seed ${SEED} chooses`, { timeout: 600_000 }, async () => {
    await holds(onStore("sqlite"), noEngines);
  });

  test.skipIf(noServers !== null)(
    `on PostgreSQL, beside another bridge, as seed ${SEED} chooses${noServers ? ` (${noServers})` : ""}`,
    { timeout: 600_000 },
    async () => {
      const nats = await startNats();
      await holds(onStore("postgres"), { newDatabase: newPostgresDatabase, natsPort: nats.port });
      await nats.stop();
    },
  );
});

const onStore = (store: Cell["store"]) => sampleOf(SEED).filter((cell) => cell.store === store);
const noEngines: Engines = { newDatabase: () => Promise.reject(new Error("SQLite has no server")), natsPort: 0 };

async function holds(cells: Cell[], engines: Engines): Promise<void> {
  const verdicts = await playCells(cells, { engines, sideBySide: SIDE_BY_SIDE });
  expect(verdicts.filter(hasFailed).map(failureOf).join("\n\n")).toBe("");
  expect(verdicts).toHaveLength(cells.length);
}
