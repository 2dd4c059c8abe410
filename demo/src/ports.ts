import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once, type EventEmitter } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { CannotStart } from "./cannot-start.ts";

/** Binds to this machine only. A port that is taken becomes a sentence that says how to choose another. */
export async function listen(server: Server, port: number, { variable, whose }: { variable: string; whose: string }): Promise<number> {
  await new Promise<void>((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        throw new CannotStart(`Port ${port} is taken, and ${whose} wants it: choose another, such as ${variable}=3100 npm start.`);
      throw new CannotStart(
        `${whose} cannot listen on port ${port} (${error.code ?? error.message}): choose another, such as ${variable}=3100 npm start.`,
      );
    },
  );
  return (server.address() as AddressInfo).port; // a TCP server that listens has one
}

/** Makes sure that a process started next can have this port; 0 finds a free one. */
export async function freePort(port: number, names = { variable: "PORT", whose: "a part of the demo" }): Promise<number> {
  if (port === 0) return sparePort();
  const server = createServer();
  await listen(server, port, names);
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * A port that nobody has, over TCP or UDP, and that no system gives away by itself: Linux does so from 32768 on, others from 49152. So a
 * connection that somebody opens meanwhile cannot be given it before a process started next asks for it.
 */
export async function sparePort(): Promise<number> {
  const port = randomInt(20_000, 32_768);
  const [overTcp, overUdp] = [createServer(), createSocket("udp4")];
  const isSpare = await Promise.all([
    listens(overTcp, () => overTcp.listen(port, "127.0.0.1")),
    listens(overUdp, () => overUdp.bind(port, "127.0.0.1")),
  ]);
  await Promise.all([new Promise((done) => overTcp.close(done)), new Promise<void>((done) => overUdp.close(done))]);
  return isSpare.every(Boolean) ? port : sparePort();
}

async function listens(one: EventEmitter, begin: () => void): Promise<boolean> {
  const listening = once(one, "listening");
  begin();
  return listening.then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") return false;
      throw error;
    },
  );
}
