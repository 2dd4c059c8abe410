import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sparePort } from "@baton/demo/ports";

/** Why there is no Prosody here, or `null` when there is. Where nothing may be skipped (`CI`), its absence is a failure. */
export const noProsody: string | null = reasonWithoutProsody();

/** The name of the server, of its rooms, and of those who have an account: their password is their name, twice. */
export const HOST = "localhost";
export const ROOMS = "rooms.localhost";
/** What takes files there, up to so many bytes each. */
export const UPLOADS = "upload.localhost";
export const LARGEST_FILE = 10_000;

/** Starts Prosody for this machine only, with an account for each name. What is said in its rooms outlives a restart. */
export async function startProsody(names: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "baton-prosody-"));
  const port = await sparePort();
  const file = join(folder, "prosody.cfg.lua");
  writeFileSync(file, settings(folder, port));
  mkdirSync(join(folder, HOST, "accounts"), { recursive: true });
  for (const name of names)
    writeFileSync(join(folder, HOST, "accounts", `${name}.dat`), `return { ["password"] = "${passwordOf(name)}" };`);
  let running = await run(file, port);
  return {
    url: `ws://127.0.0.1:${port}/xmpp-websocket`,
    origin: `http://127.0.0.1:${port}`,
    port,
    /** Whether it keeps these words anywhere. */
    holds: async (words: string) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .some((file) => readFileSync(join(file.parentPath, file.name), "utf8").includes(words)),
    /** As if the machine had been switched off and on. */
    async restart() {
      await running.stop("SIGKILL");
      running = await run(file, port);
    },
    async stop() {
      await running.stop("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const passwordOf = (name: string) => `${name}${name}`;

async function run(file: string, port: number) {
  const child = spawn("prosody", ["-F", "--config", file], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const exited = once(child, "exit");
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`prosody has ended: ${said.slice(-2_000)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    async stop(signal: "SIGTERM" | "SIGKILL") {
      process.off("exit", killWithUs);
      child.kill(signal);
      await exited;
    },
  };
}

/** As an owner would set it up, but for TLS: on this machine a WebSocket counts as safe without. */
function settings(folder: string, port: number): string {
  return `
run_as_root = true
daemonize = false
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
log = { { levels = { min = "info" }, to = "console" } }
modules_enabled = { "saslauth", "roster", "disco", "ping", "websocket" }
modules_disabled = { "s2s", "offline" }
c2s_ports = {}
s2s_ports = {}
https_ports = {}
http_ports = { ${port} }
http_interfaces = { "127.0.0.1" }
consider_websocket_secure = true
authentication = "internal_plain"
storage = "internal"
VirtualHost "${HOST}"
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
Component "${UPLOADS}" "http_file_share"
  http_host = "127.0.0.1"
  http_external_url = "http://127.0.0.1:${port}/"
  http_file_share_access = { "${HOST}" }
  http_file_share_size_limit = ${LARGEST_FILE}
`;
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/xmpp-websocket`).then(
    (answer) => answer.ok,
    () => false, // not yet
  );
}

function reasonWithoutProsody(): string | null {
  try {
    execFileSync("prosodyctl", ["--version"], { stdio: "ignore" });
    return null;
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status !== null && error.status !== 127) return null;
    if (process.env["CI"]) throw new Error("prosody is not installed, and nothing may be skipped here", { cause: error });
    return "prosody is not installed: on Debian, apt-get install prosody";
  }
}
