import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";

const widget = new URL("../../widget/", import.meta.url).pathname;
const KB = 1_024;
const bundles = new Map<string, Buffer>();

beforeAll(() => {
  if (!existsSync(`${widget}dist/baton.js`)) execFileSync(`${widget}node_modules/.bin/vite`, ["build"], { cwd: widget });
  for (const name of readdirSync(`${widget}dist`)) bundles.set(name.replace(/-[\w-]+\.js$/, ".js"), readFileSync(`${widget}dist/${name}`));
});

test("the widget is two files: a script and the panel it loads", () => {
  expect([...bundles.keys()].toSorted()).toEqual(["baton.js", "panel.js"]);
});

test("a visitor who never clicks pays 2 kB", () => {
  expect(weight("baton.js")).toBeLessThanOrEqual(2 * KB);
});

test("a visitor who chats pays 20 kB, styles and English included", () => {
  expect(weight("baton.js") + weight("panel.js")).toBeLessThanOrEqual(20 * KB);
});

test("the launcher knows the panel's present name", () => {
  const panel = readdirSync(`${widget}dist`).find((name) => name.startsWith("panel-"));
  expect(code("baton.js")).toContain(panel);
});

// T1: nothing in what is shipped can turn text into HTML or code.
test.each(["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "dangerouslySetInnerHTML", "eval(", "new Function", "srcdoc"])(
  "no bundle contains %s",
  (word) => {
    expect([...bundles.keys()].filter((name) => code(name).includes(word))).toEqual([]);
  },
);

test("the bridge's schemas are not inside: the widget takes types only", () => {
  const words = ["ZodError", "_zod", "invalid_type", "safeParse"];
  expect(words.filter((word) => code("panel.js").includes(word) || code("baton.js").includes(word))).toEqual([]);
});

function code(name: string): string {
  return String(bundles.get(name));
}

function weight(name: string): number {
  return brotliCompressSync(bundles.get(name) ?? Buffer.alloc(0)).length;
}
