import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

// Prose about the code is true only as long as something fails when it is not.

const read = (path: string) => readFileSync(path, "utf8");
const README = read("README.md");
const launcher = read("widget/src/launcher.ts") + read("widget/src/options.ts");

test("every attribute of the tag that the README names is one that the widget reads, and none is left out", () => {
  const told = [...README.matchAll(/^\| `data-([a-z]+)` \|/gm)].map(([, name]) => name);
  const destructured = /const \{ ([^}]+) \} = script\.dataset/.exec(launcher)?.[1] ?? "";
  expect(told.toSorted()).toEqual(destructured.split(", ").toSorted());
});

test("every call and event that the README names exists", () => {
  const calls = [...README.matchAll(/`(?:Baton\.)?([a-zA-Z]+)\((?:text|event, handler)?\)`/g)].map(([, name]) => name!);
  expect(calls).toContain("askForPerson");
  expect(calls.filter((name) => !new RegExp(`\\b${name}\\b`).test(launcher))).toEqual([]);
});

test("every script that a document tells to run exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const documents = ["README.md", "CONTRIBUTING.md", "bridge-server/README.md", "bridge-server/src/connectors/README.md"]
    .map(read)
    .join("\n");
  const told = [...documents.matchAll(/npm (?:run )?(start|test|doctor|bench)\b/g)].map(([, name]) => name!);
  const listed = [...read("CONTRIBUTING.md").matchAll(/^\| `([a-z]+(?::[a-z]+)?)`/gm)].map(([, name]) => name!);
  expect(listed.length).toBeGreaterThan(5);
  expect([...told, ...listed].filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test("every link inside the repository leads somewhere", () => {
  const documents = globSync("{*.md,{widget,bridge-server,demo,test}/**/*.md}", { exclude: ["**/node_modules/**"] });
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target]) => join(dirname(document), target!))
      .filter((target) => !existsSync(target))
      .map((target) => `${document}: ${target}`),
  );
  expect(documents.length).toBeGreaterThan(3);
  expect(broken).toEqual([]);
});
