import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

// Time, chance and ids are arguments, or nothing about timing could be tested. The linter says so; what it cannot say is said here.

const MAY_ASK = new Set(["bridge-server/src/clock.ts", "bridge-server/console/src/clock.ts", "widget/src/connection/clock.ts"]);

test("only the clocks ask the machine what time it is", () => {
  const sources = globSync("{widget,bridge-server,bridge-server/console}/src/**/*.{ts,tsx}").filter(
    (path) => !/\.test\.|\/test-/.test(path),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((path) => !MAY_ASK.has(path) && /new Date\(\)|\bDate\(\)/.test(readFileSync(path, "utf8")))).toEqual([]);
});

test.each(["bridge-server/src/work", "bridge-server/console/src/now", "widget/src/view"])(
  "a source in %s that takes time or chance for itself does not pass the linter",
  (folder) => {
    const taken = [
      "Date.now()",
      "Math.random()",
      "crypto.randomUUID()",
      "performance.now()",
      "setTimeout(() => {}, 1)",
      "setInterval(() => {}, 1)",
      "randomUUID()",
      "pause(1)",
    ];
    const root = mkdtempSync(join(tmpdir(), "baton-clocks-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(join(root, folder), { recursive: true });
    const imports = 'import { randomUUID } from "node:crypto";\nimport { setTimeout as pause } from "node:timers/promises";\n';
    writeFileSync(join(root, folder, "sample.ts"), `${imports}${taken.map((one, n) => `export const f${n} = () => ${one};`).join("\n")}\n`);
    writeFileSync(join(root, ".oxlintrc.json"), readFileSync(".oxlintrc.json"));
    const told = lint(root);
    for (const word of [
      "Date.now",
      "Math.random",
      "crypto.randomUUID",
      "'performance'",
      "'setTimeout'",
      "'setInterval'",
      "'randomUUID'",
      "node:timers/promises",
    ])
      expect(told).toContain(word);
  },
);

function lint(folder: string): string {
  try {
    return execFileSync(join(process.cwd(), "node_modules/.bin/oxlint"), ["."], { cwd: folder, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return String((error as { stdout?: string }).stdout); // it ends with 1 when there is something to say
  }
}
