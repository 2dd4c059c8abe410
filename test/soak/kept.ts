import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Sample } from "./memory.ts";

/** Often enough for a line through what is kept of a few minutes; a round takes some tens of milliseconds. */
const EVERY_MS = 30_000;

/** Collects what can be collected in this process, and writes down what could not, as long as it lives. */
export function tellKept(folder: string): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // what the flag puts there
  setInterval(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    appendFileSync(fileOf(folder, process.pid), `${process.uptime()} ${heapUsed + external}\n`);
  }, EVERY_MS).unref();
}

/** What a process has told, oldest first. */
export function keptBy(folder: string, pid: number): Sample[] {
  const file = fileOf(folder, pid);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const [at = 0, bytes = 0] = line.split(" ").map(Number);
    return { at, bytes };
  });
}

const fileOf = (folder: string, pid: number) => join(folder, `kept-${pid}`);
