import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stand-in was asked, as it came over the wire. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
  /** The same untouched, for what is no text. */
  bytes: Uint8Array;
}

export interface Answered {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as they are, instead. */
  bytes?: Uint8Array;
  /** Held open, instead. */
  stream?: (held: HeldAnswer) => void;
  headers?: Record<string, string>;
}

/** What a stand-in goes on saying. */
export interface HeldAnswer {
  write(text: string): void;
  /** Without a goodbye. */
  cut(): void;
  whenGone(run: () => void): void;
}

/** How a vendor may meet a call: `down` before anything happens there, `lost` after it has happened, which the caller cannot know. */
export type Mood = "fine" | "busy" | "down" | "lost" | "no";

/** Sees every call that was answered by what it asked for, and the answer. */
export type Witness = (asked: Asked, answered: Answered) => void;

/**
 * An HTTP server on this machine for a vendor's stand-in: it meets calls in the given moods, and leaves the rest to `answer`. Where that
 * or `seen` throws, the call is answered with 500, and `close` rejects with what was thrown first: a stand-in that breaks proves nothing.
 */
export async function startStandIn(answer: (asked: Asked) => Answered | Promise<Answered>, seen: Witness = () => {}) {
  const moods: Mood[] = [];
  const breaks: Error[] = [];
  const server = createServer((request, response) => {
    meet(request, response).catch((cause: unknown) => {
      if (!request.complete) return; // whoever asked has gone before they had asked
      breaks.push(new Error(`the stand-in broke at ${request.method} ${request.url}: ${String(cause)}`, { cause }));
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
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
      if (breaks[0]) throw breaks[0];
    },
  };

  async function meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const bytes = Buffer.concat(parts);
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
      body: bytes.toString(),
      bytes,
    };
    const answered = await answer(asked);
    seen(asked, answered);
    if (mood === "lost") return void response.destroy();
    if (answered.stream) {
      response.writeHead(answered.status, answered.headers).flushHeaders();
      return answered.stream({
        write: (text) => void response.write(text),
        cut: () => void response.destroy(),
        whenGone: (run) => void response.once("close", run),
      });
    }
    const sent = answered.bytes ?? (answered.body === undefined ? "" : JSON.stringify(answered.body));
    response.writeHead(answered.status, { "content-type": "application/json", ...answered.headers }).end(sent);
  }
}
