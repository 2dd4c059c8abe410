import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { BlockList, createServer, isIPv6, type AddressInfo, type Socket } from "node:net";
import type { Clock } from "../clock.ts";
import type { Peer } from "./endpoint.ts";
import { createFraming } from "./framing.ts";

/** Where calls are taken. */
export interface Listening {
  host: string;
  /** 0: any that is free. */
  port: number;
  transports: ("udp" | "tcp")[];
  /** Networks, such as `10.1.0.0/16`. What comes from elsewhere is not even read: UDP is answered to whatever address it claims. */
  allow: string[];
}

interface Parts {
  clock: Clock;
  take(message: string, peer: Peer): void;
  /** Something came from somewhere that is not on the list. */
  turnedAway(address: string): void;
}

/** Connections at the same time. Those who are on the list are few, and each needs one or two. */
const MOST_CONNECTIONS = 500;
/** A message that has begun is whole by then, or its connection ends. */
const WHOLE_WITHIN_MS = 10_000;
/** Longer than any proxy is silent that keeps its connection. */
const IDLE_MS = 15 * 60_000;
/** What a burst of calls needs while the bridge is at something else. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Opens the sockets. Rejects with the system's error, and leaves none open. */
export async function openSockets({ host, port, transports, allow }: Listening, { clock, take, turnedAway }: Parts) {
  const allowed = listOf(allow);
  const connections = new Set<Socket>();
  const closing: (() => Promise<unknown>)[] = [];
  let at = port;
  try {
    if (transports.includes("tcp")) at = await openTcp();
    if (transports.includes("udp")) at = await openUdp();
  } catch (error) {
    await close();
    throw error;
  }
  return { port: at, close };

  async function openTcp(): Promise<number> {
    const server = createServer((socket) => {
      const address = plain(socket.remoteAddress ?? "");
      socket.on("error", () => socket.destroy()); // the other side is gone, and "close" follows
      if (!isAllowed(address)) {
        socket.destroy();
        return turnedAway(address);
      }
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
      serve(socket, { address, port: socket.remotePort ?? 0 });
    });
    server.maxConnections = MOST_CONNECTIONS;
    closing.push(async () => {
      for (const socket of connections) socket.destroy();
      if (server.listening) await new Promise((done) => server.close(done));
    });
    server.listen(at, host);
    await once(server, "listening");
    server.on("error", () => {}); // of one connection that could not be taken; the next may be
    return (server.address() as AddressInfo).port; // TCP: it has one
  }

  function serve(socket: Socket, source: { address: string; port: number }): void {
    const framing = createFraming();
    let stopWaiting = () => {};
    const peer: Peer = { ...source, isReliable: true, send: (bytes) => void (socket.writable && socket.write(bytes)) };
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.once("close", () => stopWaiting());
    socket.on("data", (bytes: Buffer) => {
      stopWaiting();
      for (const framed of framing.take(bytes)) {
        if (framed.is === "message") take(framed.text, peer);
        else if (framed.is === "ping") socket.write("\r\n");
        else socket.end();
      }
      if (framing.isWithin()) stopWaiting = clock.after(WHOLE_WITHIN_MS, () => socket.destroy());
    });
  }

  async function openUdp(): Promise<number> {
    let isOpen = true;
    const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", recvBufferSize: RECEIVE_BUFFER });
    socket.on("message", (bytes: Buffer, from: RemoteInfo) => {
      const address = plain(from.address);
      if (!isAllowed(address)) return turnedAway(address);
      // What cannot be sent now is sent again when it is asked for again: by now the bridge may be stopping.
      const send = (answer: Buffer, to: number) => void (isOpen && socket.send(answer, to, from.address, () => {}));
      take(bytes.toString("latin1"), { address, port: from.port, isReliable: false, send });
    });
    closing.push(() => {
      isOpen = false;
      return new Promise<void>((done) => socket.close(done));
    });
    socket.bind(at, host);
    await once(socket, "listening").catch((error: unknown) => {
      closing.pop();
      throw error;
    });
    socket.on("error", () => {}); // of one datagram; whoever sent it sends it again
    return socket.address().port;
  }

  async function close(): Promise<void> {
    await Promise.all(closing.map((one) => one()));
  }

  function isAllowed(address: string): boolean {
    return allowed.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  }
}

function listOf(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    list.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  return list;
}

/** A socket for both families writes IPv4 addresses as IPv6. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");
