import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer, isIP, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import type { EgressOptions } from "../egress.ts";
import { createHold, type HoldOptions, type HoldRequest } from "./hold.ts";

export function startHold(options: HoldOptions = {}) {
  const hold = createHold({ allowPrivate: true, ...options });
  onTestFinished(() => hold.close());
  return hold;
}

/** Takes connections and says nothing by itself. */
export async function startKnocking(meet: (socket: Socket) => unknown = () => {}) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}).resume());
    meet(socket);
  });
  server.listen(0);
  await once(server, "listening");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  };
  onTestFinished(close);
  return { port: portOf(server), sockets, knocks: () => sockets.length, taken: once(server, "connection"), close };
}

async function startServer(answer: RequestListener, options: HoldOptions) {
  const server = createHttpServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const hold = startHold(options);
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return { server, hold, at: (scheme: string) => new URL(`${scheme}://127.0.0.1:${portOf(server)}/live?key=1`) };
}

export async function startWith(answer: RequestListener, options: HoldOptions = {}) {
  const { hold, at, server } = await startServer(answer, options);
  server.on("upgrade", (request, socket: Socket) => {
    // As servers do that know of no WebSockets.
    const head = { writeHead: (status: number, headers: object) => ({ end: () => socket.end(headOf(status, headers)) }) };
    void answer(request, head as never);
  });
  return { begin: (way: "socket" | "events") => hold[way]({ to: at(way === "socket" ? "ws" : "http") }) };
}

function headOf(status: number, headers: object): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} x`, ...lines, "content-length: 0", "connection: close", "", ""].join("\r\n");
}

export async function startEvents(tell: (write: (text: string) => void, end: () => void) => Promise<void>, options: HoldOptions = {}) {
  const { hold, at, server } = await startServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" }).flushHeaders();
    void tell(
      (text) => void answer.write(text),
      () => void answer.end(),
    );
  }, options);
  const listen = (more: Partial<HoldRequest> = {}) => hold.events({ to: at("http"), ...more });
  return { hold, listen, cut: () => server.closeAllConnections() };
}

export async function startWebSockets(options: HoldOptions = {}, theirs: ConstructorParameters<typeof WebSocketServer>[0] = {}) {
  const { hold, at, server } = await startServer(() => {}, options);
  const sockets = new WebSocketServer({ server, ...theirs });
  onTestFinished(() => sockets.clients.forEach((socket) => socket.terminate()));
  const come = once(sockets, "connection") as Promise<[WebSocket, { headers: object; socket: Socket }]>; // as it calls it
  return {
    hold,
    open: (more: Partial<HoldRequest> = {}) => hold.socket({ to: at("ws"), ...more }),
    client: async () => {
      const [socket, request] = await come;
      return { socket, headers: request.headers, stop: () => request.socket.pause() };
    },
  };
}

/** What it fails with, or what comes of it where it does not. */
export const failureOf = (begun: Promise<unknown>) => begun.catch((error: unknown) => error);

export async function all<Item>(items: AsyncIterable<Item>, heard: Item[] = [], afterFirst = () => {}): Promise<Item[]> {
  for await (const item of items) if (heard.push(item) === 1) afterFirst();
  return heard;
}

export async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) if (taken.push(item) === count) return taken;
  return taken;
}

export const settled = () => new Promise((done) => setTimeout(done, 30));

export async function closed(socket: {
  once(event: "close", run: () => void): unknown;
  destroyed?: boolean;
  readyState?: unknown;
}): Promise<void> {
  if (socket.destroyed || socket.readyState === 3) return;
  await new Promise<void>((done) => void socket.once("close", done));
}

function portOf(server: Server | ReturnType<typeof createServer>): number {
  return (server.address() as { port: number }).port; // it listens
}

/** Answers the first question with one list, every other with the next. */
export function nameServer(first: string[], then: string[]) {
  const asked: string[] = [];
  const resolve: NonNullable<EgressOptions["resolve"]> = (name, _, done) => {
    const found = asked.push(name) === 1 ? first : then;
    done(
      null,
      found.map((address) => ({ address, family: isIP(address) })),
    );
  };
  return { resolve, asked: () => asked };
}
