// Holds event streams open on plain sockets and counts what comes out of them.
import { connect, type Socket } from "node:net";
import type { Begun } from "./stream-orders.ts";

/** Loopback addresses to connect from, so that none runs out of ports. */
const FROM = Array.from({ length: 8 }, (_, n) => `127.0.0.${n + 1}`);
const OPENING_AT_ONCE = 50;

const sockets: Socket[] = [];
let heard: Heard = { messages: 0, bytes: 0, dropped: 0 };

export type ReaderOrder = { do: "open"; url: string; streams: Begun[] } | { do: "count" } | { do: "close" };

export interface Heard {
  messages: number;
  bytes: number;
  dropped: number;
}

process.on("message", (order: ReaderOrder) => void obey(order).then((answer) => process.send?.(answer)));
process.on("SIGTERM", () => process.exit(0));
process.stdout.write("ready readers\n");

async function obey(order: ReaderOrder): Promise<Heard | "done"> {
  switch (order.do) {
    case "open": {
      const waiting = order.streams.entries();
      await Promise.all(
        Array.from({ length: OPENING_AT_ONCE }, async () => {
          for (const [n, one] of waiting) await open(order.url, one, FROM[n % FROM.length]!);
        }),
      );
      return "done";
    }
    case "count": {
      const counted = heard;
      heard = { messages: 0, bytes: 0, dropped: 0 };
      return counted;
    }
    case "close":
      for (const socket of sockets.splice(0)) socket.removeAllListeners("close").destroy();
      return "done";
  }
}

/** Resolves when the greeting of the stream has come. */
function open(url: string, { id, token }: Begun, localAddress: string): Promise<void> {
  const { hostname, port, host } = new URL(url);
  return new Promise((done, fail) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    socket.write(`GET /v1/conversations/${id}/entries?after=0 HTTP/1.1\r\nhost: ${host}\r\n`);
    socket.write(`authorization: Bearer ${token}\r\naccept: text/event-stream\r\n\r\n`);
    socket.on("error", fail);
    socket.on("close", () => heard.dropped++);
    socket.on("data", (data: Buffer) => {
      if (data.includes('"type":"hello"')) return done();
      const found = messagesIn(data);
      if (found === 0) return; // a heartbeat
      heard.messages += found;
      heard.bytes += data.length;
    });
    sockets.push(socket);
  });
}

/** A message comes in one piece, because it is written in one and is shorter than a packet. */
function messagesIn(data: Buffer): number {
  let found = 0;
  for (let at = data.indexOf('"type":"entry"'); at !== -1; at = data.indexOf('"type":"entry"', at + 1)) found++;
  return found;
}
