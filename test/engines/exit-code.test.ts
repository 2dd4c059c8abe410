import { spawn } from "node:child_process";
import { expect, test } from "vitest";

test("who has used PostgreSQL ends with the code it was to end with: a run in which a test failed is a failure", async () => {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(new URL("postgres.ts", import.meta.url).href)});
    await (await startPostgres()).stop();
    process.exitCode = 3;
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" });
  expect(await new Promise((done) => child.once("close", done))).toBe(3);
});
