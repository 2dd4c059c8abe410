import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../bridge-server/src/main.ts", import.meta.url));
const CONFIG = new URL("./bridge.config.ts", import.meta.url);

export interface WatchedBridge {
  /** Resolves when the first process has said that it is ready, however many were struck before. */
  start(): Promise<void>;
  /** Where it listens, or `null` while nobody does. */
  url(): string | null;
  /** Sends the running process a signal. `false`: none is running that was not signalled already. */
  strike(signal: "SIGKILL" | "SIGTERM"): boolean;
  /** Of the running process, or `null` while there is none. */
  pid(): number | null;
  /** Milliseconds from each start to "ready", for the starts that came so far. */
  startsMs: number[];
  /** What a bridge must never do: end by itself, or log an error. */
  trouble: string[];
  stop(): Promise<void>;
}

/** The bridge as it ships, in a process of its own, started again on the same folder and port whenever it ends. */
export function watchBridge({ config = CONFIG, environment, spawned, ready, failed }: Watch): WatchedBridge {
  const startsMs: number[] = [];
  const trouble: string[] = [];
  let port = 0;
  let url: string | null = null;
  let child: ChildProcess | null = null;
  let isStruck = false;
  let isStopping = false;
  let firstReady = () => {};
  const started = new Promise<void>((done) => (firstReady = done));
  let running = Promise.resolve();
  const killWithUs = () => child?.kill("SIGKILL");
  process.once("exit", killWithUs);

  return {
    start() {
      running = keepRunning();
      return Promise.race([started, running]);
    },
    url: () => url,
    strike(signal) {
      if (!child || isStruck) return false;
      isStruck = true;
      return child.kill(signal);
    },
    pid: () => child?.pid ?? null,
    startsMs,
    trouble,
    async stop() {
      isStopping = true;
      child?.kill("SIGKILL");
      await running;
      process.off("exit", killWithUs);
    },
  };

  async function keepRunning(): Promise<void> {
    do await runOnce();
    while (mayGoOn());
  }

  function mayGoOn(): boolean {
    return !isStopping && trouble.length === 0;
  }

  async function runOnce(): Promise<void> {
    const begun = performance.now();
    isStruck = false;
    const own = spawn(process.execPath, [MAIN, fileURLToPath(config)], {
      env: { ...process.env, ...environment, BRIDGE_PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = own;
    let errors = "";
    own.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    own.stdout.on("data", (data: Buffer) => {
      const found = /ready (\S+)/.exec(data.toString())?.[1];
      if (!found) return;
      startsMs.push(performance.now() - begun);
      url = found;
      port = Number(new URL(found).port);
      firstReady();
      ready();
    });
    spawned();
    const code = await new Promise<number | null>((done) => own.once("close", done));
    url = null;
    child = null;
    // Between two bridges the system may lend the port to somebody's outgoing connection, for as long as that lasts.
    if (errors.includes("another program has it")) return;
    if (!isStruck && !isStopping) trouble.push(`the bridge ended by itself with ${code}: ${errors}`);
    trouble.push(...errors.split("\n").filter((line) => line.includes('"level":"error"')));
    if (trouble.length > 0) failed();
  }
}

interface Watch {
  /** Left out: the one beside this file. */
  config?: URL;
  environment: Record<string, string>;
  /** A process has begun to start. */
  spawned(): void;
  /** It has said that it is ready. */
  ready(): void;
  /** There is trouble, and no other process will be started. */
  failed(): void;
}
