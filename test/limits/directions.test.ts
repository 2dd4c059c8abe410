import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { mayImport } from "./module-map.ts";

/** "bridge-server/src/store/sqlite.ts" belongs to "bridge-server/store"; "config-schema.ts" to "bridge-server/config". */
function moduleOf(path: string): string {
  const [name, module = ""] = path
    .replace(/^@baton\//, "")
    .replace("bridge-server/console/src/", "console/")
    .replace("/src/", "/")
    .split("/")
    .slice(0, 2);
  const file = module.replace(/\.tsx?$/, "");
  return `${name}/${Object.hasOwn(mayImport, `${name}/${file}`) ? file : file.replace(/-[a-z]+$/, "")}`;
}

const sources = globSync("{widget,bridge-server,bridge-server/console}/src/**/*.{ts,tsx}").filter((path) => !path.includes(".test."));
const imports = sources.flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/(?:from|import\(|import)\s*"(\.[^"]+|@baton\/[^"]+)"/g)].map((match) => ({
    path,
    from: moduleOf(path),
    to: moduleOf(match[1]!.startsWith(".") ? normalize(join(dirname(path), match[1]!)) : match[1]!),
  })),
);

test("every module has its place on the map", () => {
  expect(
    [...new Set(sources.map(moduleOf))].filter((module) => !Object.hasOwn(mayImport, module) && !module.endsWith("/vite-env")),
  ).toEqual([]);
});

test("imports only point in the allowed directions", () => {
  const wrong = imports.filter(({ from, to }) => from !== to && !mayImport[from]?.includes("*") && !mayImport[from]?.includes(to));
  expect(wrong.filter(({ path, to }) => !isStyleOf(path, to))).toEqual([]);
});

const isStyleOf = (path: string, to: string) =>
  /\.css(\?inline)?$|^console\/style$/.test(to) &&
  /(frame\.ts|panel\.tsx|later\.tsx|forms\.tsx|files\.tsx|launcher\.ts|dress\.ts|bubble\.ts|console\/src\/main\.tsx)$/.test(path);

test("the widget and the console take types from the bridge, never values", () => {
  const values = globSync("{widget,bridge-server/console}/src/**/*.{ts,tsx}").filter((path) =>
    /^import (?!type\b)[^;]*"(@baton\/bridge-server|(\.\.\/)+src\/)/m.test(readFileSync(path, "utf8")),
  );
  expect(values).toEqual([]);
});

test("imports are found at all", () => {
  expect(imports.length).toBeGreaterThan(100);
});
