import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CannotStart } from "./cannot-start.ts";

interface Program {
  /** As `… ready <url>` and every notice call it. */
  name: string;
  file: URL;
  args?: string[];
  env: Record<string, string>;
  /** Takes what the program says on its error output. */
  log: string;
}

const AGAIN_AFTER_MS = 1_000;
const leash = new URL("leash.ts", import.meta.url).href;

/**
 * Runs a program as a process of its own until it is told to stop. One that dies before it was ready has a mistake to report: `ready`
 * rejects with it. One that dies later is started again, and `notice` hears of it.
 */
export function keep({ name, file, args = [], env, log }: Program, notice: (sentence: string) => void) {
  let stopping = false;
  let again: NodeJS.Timeout | undefined;
  let current = launch("w");
  const { ready } = current;
  ready.then(watch, () => {}); // whoever started it hears of it by `ready`

  return { ready, pid: () => current.child.pid, stop };

  function launch(flags: "w" | "a") {
    const output = openSync(log, flags);
    const child = spawn(process.execPath, ["--import", leash, fileURLToPath(file), ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", output, "ipc"],
      detached: process.platform !== "win32", // Ctrl-C reaches the start alone, and it stops the others in order
    });
    closeSync(output);
    const gone = new Promise<string>((done) => {
      child.once("error", (error) => done(error.message));
      child.once("exit", (code, signal) => done(signal ?? `exit code ${code}`));
    });
    return { child, gone, ready: readiness(child, gone) };
  }

  async function readiness(child: ChildProcess, gone: Promise<string>): Promise<void> {
    const said = new Promise<void>((done) => {
      if (child.stdout) createInterface(child.stdout).on("line", (line) => line.startsWith(`${name} ready `) && done());
    });
    const died = gone.then((why) => {
      throw new CannotStart(lastWords(log) || `The ${name} ended before it was ready (${why}); ${log} may say why.`);
    });
    return Promise.race([said, died]);
  }

  async function watch(): Promise<void> {
    const why = await current.gone;
    if (stopping) return;
    notice(`The ${name} is gone (${why}). It is started again …`);
    again = setTimeout(restart, AGAIN_AFTER_MS);
  }

  function restart(): void {
    current = launch("a");
    void watch();
    current.ready.then(
      () => notice(`The ${name} is back (process ${current.child.pid}).`),
      () => {}, // `watch` has noticed and tries again
    );
  }

  async function stop(withinMs: number): Promise<void> {
    stopping = true;
    clearTimeout(again);
    const { child, gone } = current;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const lastResort = setTimeout(() => child.kill("SIGKILL"), withinMs);
    child.kill("SIGTERM");
    await gone;
    clearTimeout(lastResort);
  }
}

/** What a program that gave up said to a person. Its log lines are JSON, and where it was at the time stays in the log. */
function lastWords(log: string): string {
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^\{|^\s+at /.test(line))
    .map((line) => line.replace(/^Error: /, ""))
    .join("\n");
}
