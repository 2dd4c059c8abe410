import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sparePort } from "@baton/demo/ports";

/** Why there is no sipp here, or `null` when there is. Where nothing may be skipped (`CI`), its absence is a failure. */
export const noSipp: string | null = reasonWithout("sipp", ["-v"], "sip-tester");

/** Why there is no Kamailio here, or `null` when there is. */
export const noKamailio: string | null = reasonWithout("kamailio", ["-v"], "kamailio");

/** Why Kamailio takes no encrypted calls here, or `null` when it does. */
export const noKamailioTls: string | null = reasonWithoutTls();

export interface SippRun {
  /** Where the calls go, or whence they come where sipp answers them. */
  port: number;
  /** Its own; left out: any. */
  ownPort?: number;
  address?: string;
  transport?: "u1" | "t1";
  calls?: number;
  perSecond?: number;
  options?: string[];
}

/** What sipp counted. */
export interface SippCount {
  succeeded: number;
  failed: number;
  /** Messages that it had to send again. */
  repeated: number;
  /** Of those that went wrong. */
  errors: string;
}

/** Runs a scenario to its end. */
export async function runSipp(scenario: string, run: SippRun): Promise<SippCount> {
  const { calls = 1, perSecond = 10, transport = "u1", address = "127.0.0.1", options = [] } = run;
  const folder = mkdtempSync(join(tmpdir(), "baton-sipp-"));
  const [script, counts, errors] = ["scenario.xml", "counts.csv", "errors.log"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(script, scenario);
  const own = run.ownPort ?? (await sparePort());
  const tracing = ["-trace_stat", "-stf", counts, "-fd", "1", "-trace_err", "-error_file", errors];
  const amount = [
    "-m",
    String(calls),
    "-r",
    String(perSecond),
    "-l",
    "5000",
    "-timeout",
    String(Math.ceil(calls / perSecond) + 120),
    "-timeout_error",
  ];
  const place = ["-i", address, "-p", String(own), "-t", transport, `127.0.0.1:${run.port}`];
  try {
    const { code } = await ended("sipp", ["-sf", script, "-nostdin", ...tracing, ...amount, ...options, ...place]);
    const count = countsIn(readFileSync(counts, "utf8"));
    const said = readOr(errors);
    if (code === 0 || count.failed > 0) return { ...count, errors: said };
    throw new Error(`sipp ended with ${code}: ${said.slice(0, 2_000)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Somebody who takes every call that comes to a port, that one or any, and keeps what was sent there. */
export async function startAnswering(
  scenario: string,
  ownPort?: number,
): Promise<{ port: number; heard(): string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "baton-sipp-"));
  const messages = join(folder, "messages.log");
  const script = join(folder, "scenario.xml");
  writeFileSync(script, scenario);
  const port = ownPort ?? (await sparePort());
  const tracing = ["-trace_msg", "-message_file", messages];
  const child = spawn("sipp", ["-sf", script, "-nostdin", ...tracing, "-i", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const exited = once(child, "exit");
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  return {
    port,
    heard: () => readOr(messages),
    async stop() {
      process.off("exit", killWithUs);
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts Kamailio for this machine only, with what `route` makes of its port and its folder of modules. Resolves once it answers. */
export async function startKamailio(routes: string): Promise<{ port: number; said(): string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "baton-kamailio-"));
  const port = await sparePort();
  const file = join(folder, "kamailio.cfg");
  writeFileSync(file, `listen=udp:127.0.0.1:${port}\n${routes}`);
  const child = spawn("kamailio", ["-DD", "-E", "-f", file, "-Y", folder, "-m", "32", "-M", "4"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const exited = once(child, "exit");
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  await answers(port, () => child.exitCode !== null).catch((error: unknown) => {
    throw new Error(`Kamailio does not answer: ${said.slice(-2_000)}`, { cause: error });
  });
  return {
    port,
    said: () => said,
    async stop() {
      process.off("exit", killWithUs);
      child.kill("SIGTERM"); // so that it ends its own children
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until somebody answers. */
async function answers(port: number, isOver: () => boolean): Promise<void> {
  const socket = createSocket("udp4");
  const heard: Buffer[] = [];
  socket.on("message", (bytes) => void heard.push(bytes));
  socket.on("error", () => {}); // nobody is there yet
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const at = `127.0.0.1:${socket.address().port}`;
  try {
    for (let n = 0; n < 100 && heard.length === 0; n++) {
      if (isOver()) throw new Error("it has ended");
      const lines = [
        `OPTIONS sip:ping@127.0.0.1:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP ${at};branch=z9hG4bK-${n}`,
        "Max-Forwards: 1",
        "From: <sip:ping@127.0.0.1>;tag=1",
        "To: <sip:ping@127.0.0.1>",
        `Call-ID: ping-${n}`,
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
      ];
      socket.send(`${lines.join("\r\n")}\r\n\r\n`, port, "127.0.0.1");
      await new Promise((done) => setTimeout(done, 100));
    }
    if (heard.length === 0) throw new Error("nobody answers");
  } finally {
    socket.close();
  }
}

async function ended(command: string, options: string[]): Promise<{ code: number | null }> {
  const child = spawn(command, options, { stdio: "ignore", env: { ...process.env, TERM: "dumb" } });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const [code] = (await once(child, "exit")) as [number | null]; // as Node calls it
  process.off("exit", killWithUs);
  return { code };
}

/** The last line of its table: semicolons, and a name above each column. */
function countsIn(table: string): Omit<SippCount, "errors"> {
  const [names = [], ...rows] = table
    .trim()
    .split("\n")
    .map((line) => line.split(";"));
  const value = (name: string) => Number(rows.at(-1)?.[names.indexOf(name)] ?? Number.NaN);
  return { succeeded: value("SuccessfulCall(C)"), failed: value("FailedCall(C)"), repeated: value("Retransmissions(C)") };
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // it is written only when there is something to say
  }
}

function reasonWithoutTls(): string | null {
  if (globSync("/usr/lib/*/kamailio/modules/tls.so").length > 0) return null;
  if (process.env["CI"]) throw new Error("Kamailio's tls module is not installed, and nothing may be skipped here");
  return "Kamailio's tls module is not installed: on Debian, apt-get install kamailio-tls-modules";
}

function reasonWithout(command: string, options: string[], debianPackage: string): string | null {
  try {
    execFileSync(command, options, { stdio: "ignore" });
    return null;
  } catch (error) {
    const isThere = error instanceof Error && "status" in error && error.status !== null; // sipp tells its version and ends with 99
    if (isThere) return null;
    if (process.env["CI"]) throw new Error(`${command} is not installed, and nothing may be skipped here`, { cause: error });
    return `${command} is not installed: on Debian, apt-get install ${debianPackage}`;
  }
}
