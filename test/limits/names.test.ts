import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";

const MAX_LINES = 300;
/** Names that do not say what belongs inside cannot say what does not. */
const SAYS_NOTHING = /^(utils?|helpers?|types?|common|index|manager|misc|shared|lib|constants|interfaces)\.(ts|tsx|js|css)$/;
const TOP_LEVEL = new Set([
  "CONTRIBUTING.md",
  "Dockerfile",
  "LICENSE",
  "README.md",
  "bridge-server",
  "demo",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "test",
  "tsconfig.json",
  "widget",
]);

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter(Boolean);
const sources = files.filter((path) => /\.(ts|tsx)$/.test(path) && existsNow(path));

test("files are named after what is inside", () => {
  expect(files.filter((path) => SAYS_NOTHING.test(basename(path)))).toEqual([]);
});

test("no file has a second subject to hide", () => {
  const long = sources
    .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES);
  expect(long).toEqual([]);
});

test("the top level holds what the design says, and dotfiles", () => {
  const top = new Set(files.map((path) => path.split("/")[0]!));
  expect([...top].filter((name) => !name.startsWith(".") && !TOP_LEVEL.has(name))).toEqual([]);
});

test("only connectors, channels and configurations export by default", () => {
  const wrong = sources.filter(
    (path) =>
      /^export default /m.test(readFileSync(path, "utf8")) &&
      !/bridge-server\/src\/(?:connectors|channels)\/[^/]+\.ts$|\.config(\.example)?\.ts$|^test\/(doubles|out-of-tree)\//.test(path),
  );
  expect(wrong).toEqual([]);
});

function existsNow(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false; // listed by git, deleted in the working tree
  }
}
