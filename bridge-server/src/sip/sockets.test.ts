import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { handClock } from "../http/test-clock.ts";
import type { Peer } from "./endpoint.ts";
import { openSockets } from "./sockets.ts";

const ASKED = "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n";

/** Sockets on this machine, and whoever spoke to them. */
async function open() {
  const peers: Peer[] = [];
  const { clock, turn } = handClock();
  let heard = () => {};
  const sockets = await openSockets(
    { host: "127.0.0.1", port: 0, transports: ["udp", "tcp"], allow: ["127.0.0.1"] },
    {
      clock,
      turnedAway() {},
      take(_, peer) {
        peers.push(peer);
        heard();
      },
    },
  );
  return {
    ...sockets,
    turn,
    async nextPeer(): Promise<Peer> {
      if (peers.length === 0) await new Promise<void>((done) => (heard = done));
      return peers.shift()!;
    },
  };
}

test("an answer that is found only once the bridge has closed its sockets is dropped, and breaks nothing", async () => {
  const sockets = await open();
  const socket = createSocket("udp4");
  socket.send(ASKED, sockets.port, "127.0.0.1");
  const overUdp = await sockets.nextPeer();
  const connection = connect(sockets.port, "127.0.0.1");
  connection.on("error", () => {}); // it is cut off
  connection.write(ASKED);
  const overTcp = await sockets.nextPeer();
  await sockets.close();
  for (const peer of [overUdp, overTcp]) expect(() => peer.send(Buffer.from("too late"), 5_060)).not.toThrow();
  connection.destroy();
  socket.close();
});

test("whoever begins a message over TCP and does not end it is cut off", async () => {
  const sockets = await open();
  const connection = connect(sockets.port, "127.0.0.1");
  connection.write(ASKED + ASKED.slice(0, 20));
  await sockets.nextPeer();
  sockets.turn(9_999);
  expect(connection.destroyed).toBe(false);
  sockets.turn(1);
  await once(connection, "close");
  await sockets.close();
});
