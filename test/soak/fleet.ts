import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Sample } from "./memory.ts";
import { watchBridge, type WatchedBridge } from "../faults/watched-bridge.ts";

/** One process of a bridge, from its start to its end or to now. */
export interface Life {
  bridge: number;
  pid: number;
  /** Resident memory in bytes, at seconds of its life. */
  samples: Sample[];
}

const SAMPLE_MS = 1_000;
const MOST_SAMPLES = 3_600;

export interface Fleet {
  /** Where each listens, in their order. Addresses stay when processes do not. */
  urls: string[];
  /** Every process there has been, and its memory. */
  lives: Life[];
  /** Bridges that ended by themselves, and errors that they logged. */
  trouble(): string[];
  /** Ends a process without warning. It is started again at once. */
  kill(bridge: number): void;
  /** Asks a process to stop, and resolves when its successor is ready: with how long the stop and all of it took. */
  restart(bridge: number): Promise<{ stopMs: number; allMs: number }>;
  /** Processor seconds of all processes there have been. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Reads and compiles a bridge into a folder from which others start faster, as it is done once for the image. */
export function compileBridge(folder: string): void {
  const main = import.meta.resolve("@baton/bridge-server/main");
  const environment = { ...process.env, NODE_COMPILE_CACHE: folder };
  execFileSync(process.execPath, ["--input-type=module", "--eval", `await import(${JSON.stringify(main)})`], { env: environment });
}

/** So many bridges as they ship, each in a process of its own that is started again whenever it ends. */
export async function startFleet(size: number, environment: Record<string, string>): Promise<Fleet> {
  const lives: Life[] = [];
  const spent = new Map<number, number>(); // processor seconds by process
  const ended = Array.from({ length: size }, () => () => {});
  const ready = Array.from({ length: size }, () => () => {});
  const bridges = ended.map((_, bridge) =>
    watchBridge({
      config: new URL("bridge.config.ts", import.meta.url),
      goesOn: true,
      environment: { ...environment, BATON_LOG: "error" },
      spawned: () => ended[bridge]!(),
      ready: () => ready[bridge]!(),
      failed: () => {}, // `trouble` is looked at
    }),
  );
  await Promise.all(bridges.map((bridge) => bridge.start()));
  const urls = bridges.map((bridge) => bridge.url()!); // it has just said so
  const sampler = setInterval(sample, SAMPLE_MS);

  return {
    urls,
    lives,
    trouble: () => bridges.flatMap(({ trouble }) => trouble),
    kill: (bridge) => void bridges[bridge]!.strike("SIGKILL"),
    async restart(bridge) {
      const began = performance.now();
      const over = new Promise<number>((done) => (ended[bridge] = () => done(performance.now() - began))); // the next one is started at once
      const back = new Promise<number>((done) => (ready[bridge] = () => done(performance.now() - began)));
      await untilStruck(bridges[bridge]!);
      return { stopMs: await over, allMs: await back };
    },
    cpuSeconds() {
      sample();
      return [...spent.values()].reduce((sum, seconds) => sum + seconds, 0);
    },
    async stop() {
      clearInterval(sampler);
      await Promise.all(bridges.map((bridge) => bridge.stop()));
    },
  };

  function sample(): void {
    for (const [bridge, { pid: pidOf }] of bridges.entries()) {
      const pid = pidOf();
      const now = pid === null ? null : readProcess(pid);
      if (pid === null || now === null) continue;
      spent.set(pid, now.cpuSeconds);
      let life = lives.findLast((one) => one.bridge === bridge);
      if (life?.pid !== pid) lives.push((life = { bridge, pid, samples: [] }));
      if (life.samples.length < MOST_SAMPLES) life.samples.push({ at: now.ageSeconds, bytes: now.bytes });
    }
  }
}

async function untilStruck(bridge: WatchedBridge): Promise<void> {
  while (!bridge.strike("SIGTERM")) await pause(50); // it is starting
}

const TICKS_PER_SECOND = 100; // Linux's USER_HZ, the same on every architecture Node runs on
const PAGE_BYTES = 4096;

/** `null`: it has just ended. */
function readProcess(pid: number): { bytes: number; cpuSeconds: number; ageSeconds: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" "); // a name in brackets stands before the figures
    if (fields[0] === "Z") return null;
    const up = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    return {
      bytes: Number(fields[21]) * PAGE_BYTES,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      ageSeconds: up - Number(fields[19]) / TICKS_PER_SECOND,
    };
  } catch {
    return null;
  }
}
