import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL("..", import.meta.url));
const { bin, scripts } = JSON.parse(readFileSync(`${here}/package.json`, "utf8")) as {
  bin: { baton: string };
  scripts: { baton: string; start: string };
};

test.each([
  ["npx baton", [bin.baton]],
  ["pnpm baton", scripts.baton.split(" ").slice(1)],
  ["pnpm start", scripts.start.split(" ").slice(1)],
])("%s says which Node it needs, and no more, where the machine's is too old", async (_, command) => {
  const old = `data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.19.0"}})`;
  const [error, told, complaint] = await new Promise<[Error | null, string, string]>((done) => {
    execFile(process.execPath, ["--import", old, ...command], { cwd: here }, (...ended) => done(ended));
  });
  expect(error).toMatchObject({ code: 1 });
  expect(told).toBe("");
  expect(complaint).toMatch(/^Node 20\.19\.0 is too old: Baton runs on Node 24 or newer.*\n$/);
});

test("what says so can be read by any Node", () => {
  for (const file of ["baton.js", "recent-node.js"]) {
    const imported = [...readFileSync(`${here}/src/${file}`, "utf8").matchAll(/^import .*"(.+)";$/gm)].map(([, from]) => from);
    expect(imported.filter((from) => !from?.endsWith(".js"))).toEqual([]); // what is imported so is read before anything is done
  }
});

test.each([[["nowhere.yaml"]], [["."]]])("npx baton import says that %s is no file", async (names) => {
  const complaint = await new Promise<string>((done) => {
    execFile(process.execPath, [bin.baton, "import", ...names], { cwd: here }, (...ended) => done(ended[2]));
  });
  expect(complaint).toContain(`There is no file ${names[0]}`);
});
