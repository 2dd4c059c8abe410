import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import type { Clock } from "./clock.ts";

/** Holds the simulator's port, and can let go of it for a while so that callers are refused. */
export function createListener(fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>, clock: Clock) {
  let server: Server | null = null;
  let at: { port: number; host: string } | null = null;

  return { open, close, refuse, resume };

  async function open(port: number, host: string): Promise<string> {
    if (at) throw new Error("simulator: start: already started");
    server = await listen(port, host);
    at = { host, port: (server.address() as AddressInfo).port }; // a TCP server's address is never a pipe's name
    return `http://${host}:${String(at.port)}`;
  }

  async function close(): Promise<void> {
    at = null;
    await letGo();
  }

  /** Nobody listens until `forMs` have passed, or for good until `resume`. */
  async function refuse(forMs?: number): Promise<void> {
    await letGo();
    if (forMs === undefined) return;
    await clock.sleep(forMs);
    await resume();
  }

  async function resume(): Promise<void> {
    if (!at || server) return;
    const reopened = await listen(at.port, at.host);
    if (at && !server) server = reopened;
    else reopened.close();
  }

  async function letGo(): Promise<void> {
    const closing = server;
    server = null;
    if (!closing) return;
    const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
    closing.closeAllConnections();
    await closed;
  }

  function listen(port: number, hostname: string): Promise<Server> {
    return new Promise((resolve, reject) => {
      // Without TLS options this is always the plain server of node:http, and its requests likewise.
      const opened = serve(
        { fetch: (request, env) => fetch(request, env as HttpBindings), port, hostname, overrideGlobalObjects: false },
        () => resolve(opened),
      ) as Server;
      opened.once("error", reject);
    });
  }
}
