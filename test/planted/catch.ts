import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Defect } from "./defect.ts";
import { planted } from "./plant.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIG = fileURLToPath(new URL("./vitest.config.ts", import.meta.url));

/** The part of vitest's JSON report that is read here. */
interface Report {
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

/**
 * Plants one defect and runs the tests that must notice it. Answers with the name of a test that cites the broken promise and failed
 * because something was not as expected, or `null`: a run that could not begin, or broke, has caught nothing.
 */
export async function catchDefect(defect: Defect): Promise<string | null> {
  const { edits, breaks, tests } = defect;
  for (const { file } of edits) planted(defect, file); // or says why it can not be
  const folder = mkdtempSync(join(tmpdir(), "baton-planted-"));
  const report = join(folder, "report.json");
  try {
    const said = await vitest(
      ["run", "--config", CONFIG, "-t", citing(breaks), "--reporter=json", `--outputFile=${report}`, ...tests],
      defect,
    );
    if (!existsSync(report)) throw new Error(`no test was run with "${defect.name}" in it: ${said}`);
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report; // vitest has just written it
    const failed = testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === "failed");
    const caught = failed.find(
      ({ fullName, failureMessages }) => new RegExp(citing(breaks)).test(fullName) && failureMessages.some(isAssertion),
    );
    return caught?.fullName.trim() ?? null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const citing = (promise: string) => `\\b${promise}\\b`;

/** An `expect` that did not hold, also within a property, or a wait for what never came. */
function isAssertion(message: string): boolean {
  return /AssertionError|expected .* to |waited in vain/.test(message);
}

/** Resolves however it ends, with what was complained about: that tests fail is what is wished for. */
function vitest(args: string[], defect: Defect): Promise<string> {
  const environment = {
    ...process.env,
    PLANTED: JSON.stringify(defect),
    RACE_RUNS: process.env["RACE_RUNS"] ?? "500",
  };
  return new Promise((done) => {
    execFile(join(ROOT, "node_modules/.bin/vitest"), args, { cwd: ROOT, env: environment, maxBuffer: 1e8 }, (_, __, errors) =>
      done(errors),
    );
  });
}
