import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

// The widget as a site's developers get it: packed, in a project of their own, checked by their compiler and built by their bundler.

const run = promisify(execFile);
const workspace = fileURLToPath(new URL("../..", import.meta.url));
const widget = join(workspace, "widget");
const project = mkdtempSync(join(tmpdir(), "baton-packed-"));
const installed = join(project, "node_modules/@baton/widget");
const dependencies = ["preact", "@preact/signals-core", "react", "@types/react", "vue"];

beforeAll(async () => {
  const pnpm = (...given: string[]) => run("npx", ["-y", "--prefer-offline", "pnpm@12.21.0", ...given], { cwd: widget });
  await pnpm("run", "build:package");
  // Without scripts: `dist` is built already, and others are reading it.
  const { stdout } = await pnpm("pack", "--config.ignore-scripts=true", "--json", "--pack-destination", project);
  const { filename } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { filename: string }; // pnpm's own form
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", filename, "-C", installed, "--strip-components=1"]);
  for (const name of dependencies) {
    const to = join(project, "node_modules", name);
    mkdirSync(join(to, ".."), { recursive: true });
    symlinkSync(realpathSync(join(widget, "node_modules", name)), to); // as published, they would come from the registry
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test("what is packed names its dependencies by version, and carries nothing of the workspace's", () => {
  const { dependencies: named, exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
    exports: Record<string, { types: string; default: string }>;
  };
  expect(Object.values(named).filter((version) => !/^\d/.test(version))).toEqual([]);
  for (const entry of Object.values(exports))
    for (const file of Object.values(entry)) expect(existsSync(join(installed, file)), file).toBe(true);
  const all = readdirSync(installed, { recursive: true }).map(String);
  expect(all.filter((file) => /\.test\.|rehearsal|^src/.test(file))).toEqual([]);
  const code = all
    .filter((file) => file.endsWith(".js") && file.startsWith("lib"))
    .map((file) => readFileSync(join(installed, file), "utf8"));
  expect(code.filter((text) => text.includes("import.meta.env") || text.includes("@baton/"))).toEqual([]);
});

test.each(["bundler", "nodenext"])(
  "a strict TypeScript project with modules as %s compiles with it, and what is wrong is refused",
  async (resolution) => {
    const tsconfig = {
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
        target: "es2022",
        lib: ["es2022", "dom", "dom.iterable"],
        module: resolution === "bundler" ? "esnext" : "nodenext",
        moduleResolution: resolution,
        jsx: "react-jsx",
        types: [],
      },
      files: ["page.ts", "in-react.tsx", "in-vue.ts"],
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(tsconfig));
    const told = await run(join(workspace, "node_modules/.bin/tsc"), ["-p", project]).then(
      () => "",
      ({ stdout }: { stdout: string }) => stdout.replaceAll(/^.*node_modules\/(react|vue|@types)\/.*$\n?/gm, ""), // theirs to get right
    );
    expect(told).toBe("");
  },
);

test.each(["page.ts", "in-react.tsx", "in-vue.ts"])("%s is built by a bundler, and the panel stays a file of its own", async (entry) => {
  const built = (await build({
    configFile: false,
    logLevel: "silent",
    root: project,
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
    build: { write: false, modulePreload: false, rolldownOptions: { input: join(project, entry) } },
  })) as { output: { type: string; isEntry?: boolean; code?: string }[] }; // one build, not watched
  const chunks = built.output.filter(({ type }) => type === "chunk");
  const first = chunks.find(({ isEntry }) => isEntry)?.code ?? "";
  expect(first.includes("attachShadow") || chunks.some(({ isEntry, code }) => !isEntry && code?.includes("attachShadow"))).toBe(true);
  expect(first).not.toContain("Write a message");
  expect(chunks.filter(({ code }) => code?.includes("Write a message")).length).toBe(1);
});

const files: Record<string, string> = {
  "package.json": JSON.stringify({ name: "site", private: true, type: "module" }),
  "page.ts": `import { defineElement, mount, type Baton, type BatonEvents } from "@baton/widget";
const baton: Baton = mount({ site: "shop", bridge: "https://chat.example", theme: "dark", locale: "de-CH" });
const stop = baton.on("message", ({ by, text }: BatonEvents["message"]) => console.log(by, text.length));
baton.set({ plan: "gold", basket: 3 });
baton.showBubble({ text: "Hello" });
baton.animateIcon({ type: "pulse" });
baton.identify(() => fetch("/chat-token").then((answer) => answer.text()));
defineElement();
stop();
// @ts-expect-error: where the bridge is has to be said
mount({ site: "shop" });
// @ts-expect-error: there is no such event
baton.on("sneeze", () => {});
// @ts-expect-error: nor such a way
baton.animateIcon({ type: "explode" });
`,
  "in-react.tsx": `import { useRef } from "react";
import type { Baton } from "@baton/widget";
import { BatonChat } from "@baton/widget/react";
export function App() {
  const baton = useRef<Baton>(null);
  return (
    <>
      <button onClick={() => baton.current?.open()}>Help</button>
      <BatonChat site="shop" bridge="https://chat.example" ref={baton} onMessage={({ text }) => console.log(text.length)} onUnread={(count) => console.log(count + 1)} />
    </>
  );
}
// @ts-expect-error: the site has to be named
const wrong = <BatonChat bridge="https://chat.example" />;
console.log(<App />, wrong);
`,
  "in-vue.ts": `import { createApp, h } from "vue";
import { BatonChat } from "@baton/widget/vue";
createApp({
  render: () => h(BatonChat, { options: { site: "shop", bridge: "https://chat.example" }, onMessage: ({ text }) => console.log(text.length) }),
}).mount("#app");
// @ts-expect-error: the options have to be given
h(BatonChat, {});
`,
};
