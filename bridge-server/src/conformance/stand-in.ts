import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stand-in was asked, as it came over the wire. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
}

export interface Answered {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as they are, instead. */
  bytes?: Uint8Array;
  headers?: Record<string, string>;
}

/** How a vendor may meet a call: `down` before anything happens there, `lost` after it has happened, which the caller cannot know. */
export type Mood = "fine" | "busy" | "down" | "lost" | "no";

/** Sees every call that was answered by what it asked for, and the answer. */
export type Witness = (asked: Asked, answered: Answered) => void;

/** An HTTP server on this machine for a vendor's stand-in: it meets calls in the given moods, and leaves the rest to `answer`. */
export async function startStandIn(answer: (asked: Asked) => Answered, seen: Witness = () => {}) {
  const moods: Mood[] = [];
  const server = createServer((request, response) => void meet(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server that listens has one
    /** The next answers, in order; fine once they run out. */
    willAnswer: (...next: Mood[]) => void moods.push(...next),
    /** How many of them nobody has met yet. */
    moodsLeft: () => moods.length,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const mood = moods.shift() ?? "fine";
    if (mood === "busy") return void response.writeHead(429, { "retry-after": "1" }).end();
    if (mood === "down") return void response.writeHead(503).end();
    if (mood === "no") return void response.writeHead(403, { "content-type": "application/json" }).end("{}");
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stand-in");
    const asked: Asked = {
      method: request.method ?? "GET",
      path: decodeURI(pathname),
      query: searchParams,
      headers: new Headers(request.headers as Record<string, string>), // Node joins repeated ones
      body: Buffer.concat(parts).toString(),
    };
    const answered = answer(asked);
    seen(asked, answered);
    if (mood === "lost") return void response.destroy();
    const sent = answered.bytes ?? (answered.body === undefined ? "" : JSON.stringify(answered.body));
    response.writeHead(answered.status, { "content-type": "application/json", ...answered.headers }).end(sent);
  }
}
