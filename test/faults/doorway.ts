import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

type Door = "bridge" | "assistant" | "desk";

/** How far a request has come: it is here and not passed on yet, its answer is here and not passed on yet, all of it is. */
export interface Moment {
  door: Door;
  point: "arrived" | "done" | "answered";
  path: string;
  /** What was asked. */
  body: string;
  /** Of the answer, as soon as there is one. */
  status: number | null;
}

/**
 * Stands before a server, at an address that stays when the server does not, and tells of every request how far it has come.
 * When `tell` answers `cut`, whoever asked gets nothing more. No answer goes back sooner than `holdMs` after it came.
 */
export async function openDoorway(
  door: Door,
  to: () => string | null,
  tell: (moment: Moment) => "cut" | void,
  { holdMs = 0 }: { holdMs?: number } = {},
) {
  const underWay = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    url: `http://127.0.0.1:${port}`,
    /** Resets the connection of every request that has no whole answer yet, and says how many there were. */
    reset(): number {
      const struck = [...underWay];
      for (const answer of struck) cut(answer);
      return struck.length;
    },
    underWay: () => underWay.size,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of incoming) parts.push(part as Buffer); // without an encoding set, parts are buffers
    } catch {
      return; // whoever asked was killed while asking
    }
    const body = Buffer.concat(parts);
    const { url: path = "/", method = "GET", headers } = incoming;
    underWay.add(outgoing);
    outgoing.on("close", () => underWay.delete(outgoing));
    const moment = (point: Moment["point"], status: number | null = null) =>
      tell({ door, point, path, body: body.toString(), status }) === "cut" && cut(outgoing);
    if (moment("arrived")) return;
    const target = to();
    if (target === null) return void outgoing.destroy();

    const beyond = request(new URL(path, target), { method, headers: { ...headers, connection: "close" }, agent: false });
    outgoing.on("close", () => beyond.destroy());
    beyond.on("error", () => cut(outgoing));
    beyond.on("response", async (answer) => {
      if (moment("done", answer.statusCode)) return;
      if (holdMs > 0) await pause(holdMs);
      // Whoever asks keeps the connection: then the next request is on its way in the moment in which it is made.
      const { connection: _, "keep-alive": __, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, kept);
      answer.on("error", () => cut(outgoing)); // it died in the middle of it, and so does what we pass on
      answer.on("end", () => moment("answered", answer.statusCode));
      answer.pipe(outgoing);
    });
    beyond.end(body);
  }
}

function cut(answer: ServerResponse): ServerResponse {
  answer.socket?.resetAndDestroy();
  return answer.destroy();
}
