import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "./config.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string): Promise<string> {
  const path = join(folder, `baton.${Math.random().toString(36).slice(2)}.config.mjs`);
  await writeFile(path, text);
  return loadConfig(path, {}).then(
    (config) => `data ${config.data}, widget ${config.widget}`,
    (error: Error) => `${error.name} ${error.message}`,
  );
}

test("a file that is not there is one sentence, with what to begin from", async () => {
  const path = join(folder, "nowhere.ts");
  await expect(loadConfig(path, {})).rejects.toThrow(
    `There is no configuration at ${path}: copy bridge-server/baton.config.example.ts and change what is yours, or name another file.`,
  );
});

test("a file that throws is one sentence with its reason", async () => {
  expect(await load('throw new Error("no such thing\\nas this")')).toMatch(/^ConfigError .*could not be read: no such thing$/);
});

test("a file that exports nothing is one sentence", async () => {
  expect(await load("export const config = {}")).toMatch(/^ConfigError .*exports nothing: write export default/);
});

test("a file finds the widget that is installed above it, and says so when there is none", async () => {
  const text = `export default ${JSON.stringify({ connectors: {}, sites: {} })}`;
  expect(await load(text)).toContain("widget: is missing, and @baton/widget is not installed");
  await mkdir(join(folder, "node_modules/@baton/widget/dist"), { recursive: true });
  expect(await load(text)).not.toContain("widget: is missing");
});
