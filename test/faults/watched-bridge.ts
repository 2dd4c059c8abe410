import { spawn, type ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../bridge-server/src/main.ts", import.meta.url));
const CONFIG = new URL("./bridge.config.ts", import.meta.url);

const alive = new Set<ChildProcess>();
process.once("exit", () => alive.forEach((child) => child.kill("SIGKILL"))); // however we end, nobody is left behind

/** The bridge as it ships, in a process of its own, started again on the same folder and port whenever it ends. */
export function watchBridge({
  config = CONFIG,
  goesOn = false,
  environment,
  firstLife = {},
  entry = MAIN,
  spawned = () => {},
  ready = () => {},
  failed,
  said = () => {},
  logged = () => {},
  isTrouble = (line) => line.includes('"level":"error"'),
}: Watch): WatchedBridge {
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
  let lives = 0;
  let lastCode: number | null = null;

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
    signal: (signal) => child?.kill(signal) ?? false,
    say: (line) => void lineTo(child)?.write(`${line}\n`),
    lives: () => lives,
    lastCode: () => lastCode,
    startsMs,
    trouble,
    async stop(signal = "SIGKILL") {
      isStopping = true;
      child?.kill(signal);
      await running;
    },
  };

  async function keepRunning(): Promise<void> {
    do await runOnce();
    while (mayGoOn());
  }

  function mayGoOn(): boolean {
    return !isStopping && (goesOn || trouble.length === 0);
  }

  async function runOnce(): Promise<void> {
    const begun = performance.now();
    isStruck = false;
    lives++;
    const own = spawn(process.execPath, [entry, fileURLToPath(config)], {
      env: { ...process.env, ...environment, ...(lives === 1 && firstLife), BRIDGE_PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe", ...(entry === MAIN ? [] : ["pipe" as const])],
    });
    child = own;
    alive.add(own);
    let errors = "";
    own.stderr?.on("data", (data: Buffer) => {
      errors += data.toString();
      logged(data.toString());
    });
    own.stdout?.on("data", (data: Buffer) => {
      const found = /ready (\S+)/.exec(data.toString())?.[1];
      if (!found) return;
      startsMs.push(performance.now() - begun);
      url = found;
      port = Number(new URL(found).port);
      firstReady();
      ready();
    });
    hearLines(lineTo(own), said);
    spawned();
    const code = await new Promise<number | null>((done) => own.once("close", done));
    alive.delete(own);
    url = null;
    child = null;
    lastCode = code;
    // Between two bridges the system may lend the port to somebody's outgoing connection, for as long as that lasts.
    if (errors.includes("another program has it")) return;
    if (!isStruck && !isStopping) trouble.push(`the bridge ended by itself with ${code}: ${errors}`);
    trouble.push(...errors.split("\n").filter((line) => line !== "" && isTrouble(line)));
    if (trouble.length > 0) failed();
  }
}

/** The line to a bridge that stands where it is told to: see `struck-bridge.ts`. */
function lineTo(child: ChildProcess | null): Duplex | null {
  return (child?.stdio[3] ?? null) as Duplex | null; // Node makes a pipe beyond the third readable and writable
}

function hearLines(line: Duplex | null, said: (line: string) => void): void {
  let rest = "";
  line?.on("error", () => {}); // the process was killed while we spoke to it
  line?.on("data", (data: Buffer) => {
    const lines = (rest + data.toString()).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(said);
  });
}

export interface WatchedBridge {
  /** Resolves when the first process has said that it is ready, however many were struck before. */
  start(): Promise<void>;
  /** Where it listens, or `null` while nobody does. */
  url(): string | null;
  /** Sends the running process a signal to end. `false`: none is running that was not sent one already. */
  strike(signal: "SIGKILL" | "SIGTERM"): boolean;
  /** Sends it a signal after which it goes on. `false`: none is running. */
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGUSR2"): boolean;
  /** Of the running process, or `null` while there is none. */
  pid(): number | null;
  /** Says something on the line to it, if its entry keeps one. */
  say(line: string): void;
  /** How many processes have been started. */
  lives(): number;
  /** With which code the last one ended; `null` when it was killed. */
  lastCode(): number | null;
  /** Milliseconds from each start to "ready", for the starts that came so far. */
  startsMs: number[];
  /** What a bridge must never do: end by itself, or log what is trouble. */
  trouble: string[];
  stop(signal?: "SIGKILL" | "SIGTERM"): Promise<void>;
}

interface Watch {
  /** Left out: the one beside this file. */
  config?: URL;
  /** Also after trouble: as long as it is wanted, another process is started. */
  goesOn?: boolean;
  environment: Record<string, string>;
  /** What only the first process is told. */
  firstLife?: Record<string, string>;
  /** Another program than the one that ships, which keeps a line open to us. */
  entry?: string;
  /** A process has begun to start. */
  spawned?(): void;
  /** It has said that it is ready. */
  ready?(): void;
  /** There is trouble, and no other process will be started unless it goes on. */
  failed(): void;
  /** What it says on the line. */
  said?(line: string): void;
  /** What it logs, as it comes. */
  logged?(text: string): void;
  isTrouble?(line: string): boolean;
}
