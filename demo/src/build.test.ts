import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { buildWhatIsStale, checkBuilt } from "./build.ts";

const root = mkdtempSync(join(tmpdir(), "baton-build-"));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a bundle that is missing is named, and how to make it", () => {
  write("demo/dist/desk/index.html", 2);
  write("bridge-server/console/dist/index.html", 2);
  expect(() => checkBuilt(root)).toThrow("The widget is not built (widget/dist/baton.js is missing): run npm start, which builds it.");
  write("widget/dist/baton.js", 2);
  expect(() => checkBuilt(root)).not.toThrow();
});

test("only what has changed since it was built is built", async () => {
  write("widget/src/view/Panel.tsx", 1);
  write("widget/dist/baton.js", 2);
  write("bridge-server/console/dist/index.html", 2);
  write("demo/dist/desk/index.html", 2);
  expect(await wouldBuild()).toEqual([]);
  write("widget/src/view/Panel.tsx", 3);
  expect(await wouldBuild()).toEqual(["building the widget …"]);
});

/** What it would build: told to leave at once, it builds nothing. */
async function wouldBuild(): Promise<string[]> {
  const said: string[] = [];
  await buildWhatIsStale((sentence) => said.push(sentence), AbortSignal.abort(), root).catch(() => {});
  return said;
}

function write(path: string, hour: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  utimesSync(file, new Date(2026, 0, 1, hour), new Date(2026, 0, 1, hour));
}
