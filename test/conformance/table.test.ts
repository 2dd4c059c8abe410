import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tableOfConnectors } from "./table.ts";

test("the README's table of connectors is the one that they make themselves", async () => {
  expect(readFileSync("README.md", "utf8")).toContain(`\n\n${await tableOfConnectors()}\n\n`);
});
