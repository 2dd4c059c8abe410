import { spawn, type ChildProcess, type Serializable } from "node:child_process";
import { readFileSync } from "node:fs";

/** A part of a benchmark in a process of its own, so that its cost can be told from the others'. */
export interface Part {
  url: string;
  /** Processor seconds spent so far, user and system. */
  cpuSeconds(): number;
  /** Resident memory now, in bytes. */
  memory(): number;
  /** Sends it a message and resolves with the next one it sends. */
  ask(what: Serializable): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts `node file …args` and waits until it says `ready <url>`. */
export async function startPart(file: URL, args: string[] = [], { nodeArgs = [] }: { nodeArgs?: string[] } = {}): Promise<Part> {
  const child = spawn(process.execPath, [...nodeArgs, file.pathname, ...args], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
  const url = await new Promise<string>((done, fail) => {
    let said = "";
    child.stdout?.on("data", (data: Buffer) => {
      said += data.toString();
      const ready = /ready (\S+)/.exec(said);
      if (ready) done(ready[1]!);
    });
    child.once("exit", (code) => fail(new Error(`${file.pathname} ended with ${code} before it was ready`)));
  });
  return {
    url,
    cpuSeconds: () => cpuOf(child),
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) * 1024,
    ask: (what) => ask(child, what),
    stop: () =>
      new Promise((done) => {
        if (child.exitCode !== null) return done();
        child.once("exit", () => done());
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
      }),
  };
}

function ask(child: ChildProcess, what: Serializable): Promise<unknown> {
  return new Promise((done) => {
    child.once("message", done);
    child.send(what);
  });
}

const TICKS_PER_SECOND = 100; // Linux's USER_HZ, the same on every architecture Node runs on

function cpuOf(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Columns padded to their widest cell; the first is text, the others are figures. */
export function table(head: string[], rows: (string | number)[][]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => (typeof cell === "number" ? figure(cell) : cell)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "))
    .join("\n");
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
