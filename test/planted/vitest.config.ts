import { defineConfig, mergeConfig } from "vitest/config";
import { everyTest } from "../vitest.config.ts";
import type { Defect } from "./defect.ts";
import { plant } from "./plant.ts";

// The tests as they are, over a bridge with one defect in it. `catch.ts` says which.
const defect = JSON.parse(process.env["PLANTED"] ?? "") as Defect;

export default mergeConfig(
  everyTest,
  defineConfig({ plugins: [plant(defect)], test: { fsModuleCache: false, setupFiles: "test/planted/property-errors.ts" } }),
);
