import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { LookSetting } from "../../bridge-server/src/config-look.ts";
import type { Spoken } from "../../bridge-server/src/config-words.ts";
import type { SiteConfig } from "../../bridge-server/src/config.ts";
import { createLooks } from "../../bridge-server/src/http/look.ts";
import { widgetFiles } from "../../bridge-server/src/http/widget-files.ts";
import { languages } from "../../widget/src/words/languages.ts";

const widget = new URL("../../widget/", import.meta.url).pathname;
const consoleFolder = new URL("../../bridge-server/console/", import.meta.url).pathname;
const KB = 1_000;
/** A test run has a mode of its own, and what is built in it is larger. */
const asShipped = { ...process.env, NODE_ENV: "production" };
const bundles = new Map<string, Buffer>();

beforeAll(() => {
  if (!existsSync(`${widget}dist/baton.js`)) execFileSync(`${widget}node_modules/.bin/vite`, ["build"], { cwd: widget, env: asShipped });
  for (const name of readdirSync(`${widget}dist`))
    bundles.set(name.replace(/-[\w-]{8}\.js$/, ".js"), readFileSync(`${widget}dist/${name}`));
  for (const name of bundles.keys()) console.log(`${name}: ${weight(name)} bytes, brotli`);
});

test("the widget is a script, the frame it loads with a field to write in, the panel in that, what the panel loads behind it, languages; the site's look and the element for pages that want them; and what a page may pin", () => {
  const files = [
    "baton.js",
    "dress.js",
    "element.js",
    "files.js",
    "forms.js",
    "frame.js",
    "identity.js",
    "integrity.json",
    "later.js",
    "panel.js",
    "spoken.json",
    ...languages.map((code) => `words-${code}.js`),
  ];
  expect([...bundles.keys()].toSorted()).toEqual(files);
});

test("a visitor who never clicks pays 2 kB", () => {
  expect(weight("baton.js")).toBeLessThanOrEqual(2 * KB);
});

test("a visitor who opens the chat has a field to write in for 2 kB more", () => {
  expect(weight("frame.js")).toBeLessThanOrEqual(2 * KB);
});

test("a visitor who writes pays 20 kB, styles and English included", () => {
  expect(weight("baton.js") + weight("frame.js") + weight("panel.js")).toBeLessThanOrEqual(20 * KB);
});

test("and no more where the bridge has put the site into the script, so that the page need not ask what it shows", async () => {
  const site = { title: "Shop", look: LookSetting.parse(undefined), pictures: {}, visitor: { words: {} } } as unknown as SiteConfig; // what a look is made of
  const { prefaceFor } = createLooks({ sites: { shop: site }, spoken: JSON.parse(code("spoken.json")) as Spoken });
  const served = await widgetFiles(`${widget}dist`, prefaceFor).request("/baton.js?site=shop");
  const launcher = Buffer.from(await served.arrayBuffer());
  expect(launcher.length).toBeGreaterThan(bundles.get("baton.js")?.length ?? 0);
  const bytes = brotliCompressSync(launcher).length;
  console.log(`baton.js?site=shop: ${bytes} bytes, brotli`);
  expect(bytes).toBeLessThanOrEqual(2 * KB);
  expect(bytes + weight("frame.js") + weight("panel.js")).toBeLessThanOrEqual(20 * KB);
});

test("what comes behind it, which nobody waits for, weighs 8.5 kB: text as it is meant, what comes with it, what can go wrong", () => {
  expect(weight("later.js")).toBeLessThanOrEqual(8.5 * KB);
});

test("so does what many visitors never see", () => {
  expect(weight("forms.js")).toBeLessThanOrEqual(8.5 * KB);
});

test("what files need, once one can be sent, is 6 kB", () => {
  expect(weight("files.js")).toBeLessThanOrEqual(6 * KB);
});

test.each(languages)("who reads %s pays 2 kB for it, and nothing for the others", (code) => {
  expect(weight(`words-${code}.js`)).toBeLessThanOrEqual(2 * KB);
});

test("the look that the bridge has set, greetings included, is put on by 3 kB", () => {
  expect(weight("dress.js")).toBeLessThanOrEqual(3 * KB);
});

test("each file knows the present name of the next", () => {
  const named = (start: string) => readdirSync(`${widget}dist`).find((name) => name.startsWith(start));
  expect(code("baton.js")).toContain(named("frame-"));
  expect(code("frame.js")).toContain(named("panel-"));
  expect(code("baton.js")).toContain(named("element-"));
  expect(code("baton.js")).toContain(named("dress-"));
  expect(code("panel.js")).toContain(named("later-"));
  expect(code("panel.js")).toContain(named("forms-"));
  expect(code("panel.js")).toContain(named("files-"));
  expect(code("panel.js")).toContain(/-(\w+)\.js$/.exec(named("words-de-") ?? "")?.[1]);
});

test("every file that keeps its content under its name can be pinned by its hash, the launcher among them", () => {
  const { launcher, integrity } = JSON.parse(code("integrity.json")) as { launcher: string; integrity: Record<string, string> };
  const kept = readdirSync(`${widget}dist`).filter((name) => !/^(baton\.js|integrity\.json|spoken\.json)$/.test(name));
  const hashOf = (name: string) =>
    `sha384-${createHash("sha384")
      .update(readFileSync(`${widget}dist/${name}`))
      .digest("base64")}`;
  expect(integrity).toEqual(Object.fromEntries(kept.map((name) => [name, hashOf(name)])));
  expect(readFileSync(`${widget}dist/${launcher}`)).toEqual(readFileSync(`${widget}dist/baton.js`));
});

test("an operator pays 35 kB for the whole console, on whatever line somebody on call has", () => {
  if (!existsSync(`${consoleFolder}dist/index.html`))
    execFileSync(`${consoleFolder}../node_modules/.bin/vite`, ["build"], { cwd: consoleFolder, env: asShipped });
  const files = globSync(`${consoleFolder}dist/assets/*.{js,css}`);
  const weightOf = (path: string) => brotliCompressSync(readFileSync(path)).length;
  const isLate = (path: string) => /\/[A-Z]\w+Page-[\w-]{8}\.js$/.test(path);
  const [first, late] = [files.filter((path) => !isLate(path)).map(weightOf), files.filter(isLate).map(weightOf)];
  console.log(`console: ${first.join(" and ")} bytes, brotli; and ${late.join(" and ")} for who opens the late pages`);
  expect(first).toHaveLength(2);
  expect(first.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(35 * KB);
  for (const one of late) expect(one).toBeLessThanOrEqual(6 * KB);
});

// T1: nothing of ours can turn text into HTML or code. Preact itself can set HTML, when an element is given `dangerouslySetInnerHTML`;
// no element of ours is, and where the browser enforces Trusted Types, as on every page of test/journeys, it would not be let.
test.each(["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "dangerouslySetInnerHTML", "eval(", "new Function", "srcdoc"])(
  "no source of the widget or the console contains %s",
  (word) => {
    const sources = [widget, consoleFolder]
      .flatMap((folder) => globSync(`${folder}src/**/*.{ts,tsx}`))
      .filter((path) => !path.includes(".test."));
    expect(sources.length).toBeGreaterThan(80);
    expect(sources.filter((path) => readFileSync(path, "utf8").includes(word))).toEqual([]);
  },
);

test("the bridge's schemas are not inside: the widget takes types only", () => {
  const words = ["ZodError", "_zod", "invalid_type", "safeParse"];
  expect(words.filter((word) => [...bundles.keys()].some((name) => code(name).includes(word)))).toEqual([]);
});

function code(name: string): string {
  return String(bundles.get(name));
}

function weight(name: string): number {
  return brotliCompressSync(bundles.get(name) ?? Buffer.alloc(0)).length;
}
