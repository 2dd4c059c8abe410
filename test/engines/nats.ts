import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Why there is no NATS here, or `null` when there is. Where nothing may be skipped (`CI`), its absence is a failure. */
export const noNats: string | null = reasonWithoutNats();

/** Starts `nats-server` for this machine only, on a port of its choice. */
export async function startNats(): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server = spawn("nats-server", ["--addr", "127.0.0.1", "--port", "-1"], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(server, "exit");
  const killWithUs = () => server.kill("SIGKILL");
  process.once("exit", killWithUs);
  for await (const line of createInterface(server.stderr)) {
    const port = Number(/Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    if (!port) continue;
    server.stderr.resume(); // what it says later is read and dropped, so that it never waits for a reader
    return {
      url: `nats://127.0.0.1:${port}`,
      port,
      async stop() {
        process.off("exit", killWithUs);
        server.kill("SIGKILL");
        await exited;
      },
    };
  }
  throw new Error("nats-server did not start");
}

function reasonWithoutNats(): string | null {
  try {
    execFileSync("nats-server", ["--version"], { stdio: "ignore" });
    return null;
  } catch (error) {
    if (process.env["CI"]) throw new Error("nats-server is not installed, and nothing may be skipped here", { cause: error });
    return "nats-server is not installed: on Debian, apt-get install nats-server";
  }
}
