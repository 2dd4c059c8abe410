import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { Told } from "./slack-workspace.ts";

/** What a client has said. */
interface Said {
  envelope_id?: string;
}

/** Slack's end of Socket Mode: each envelope goes to one of the connections, and again to the next until one acknowledges it. */
export async function startSocketMode() {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(sockets, "listening");
  const open: WebSocket[] = [];
  const owed = new Map<string, object>();
  const tickets = new Set<string>();
  const said: Said[] = [];
  let ids = 0;
  let connections = 0;

  sockets.on("connection", (socket, { url }) => {
    const ticket = new URL(url ?? "", "ws://slack").searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) return socket.close(4401); // good for one connection
    connections++;
    open.push(socket);
    socket.on("message", (text: Buffer) => {
      const one = JSON.parse(text.toString()) as Said;
      said.push(one);
      owed.delete(one.envelope_id ?? "");
    });
    socket.on("close", () => {
      open.splice(open.indexOf(socket), 1);
      for (const envelope of open.length > 0 ? owed.values() : []) send(envelope);
    });
    socket.send(JSON.stringify({ type: "hello", num_connections: open.length, connection_info: { app_id: "A1" } }));
    for (const envelope of owed.values()) socket.send(JSON.stringify(envelope));
  });

  return {
    /** As `apps.connections.open` answers. */
    newUrl(): string {
      const ticket = `t-${++ids}`;
      tickets.add(ticket);
      return `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/link/?ticket=${ticket}&app_id=A1`; // it listens
    },
    tell({ type, payload }: Told): void {
      const envelope_id = `e-${++ids}`;
      const envelope = { envelope_id, type, accepts_response_payload: type === "interactive", payload };
      owed.set(envelope_id, envelope);
      send(envelope);
    },
    /** The oldest connection is about to be closed. */
    warn: (reason = "warning") => open[0]?.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "h" } })),
    closeOldest: () => open[0]?.close(1000),
    cut: () => open.forEach((socket) => socket.terminate()),
    said,
    /** Once everything that the clients have said so far is here. */
    async caughtUp(): Promise<void> {
      for (const socket of open) {
        const answered = once(socket, "pong");
        socket.ping();
        await answered;
      }
    },
    unacknowledged: () => owed.size,
    connections: () => connections,
    open: () => open.length,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((done) => sockets.close(done));
    },
  };

  function send(envelope: object): void {
    open.at(-1)?.send(JSON.stringify(envelope));
  }
}
