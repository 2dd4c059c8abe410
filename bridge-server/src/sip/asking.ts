import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import type { Clock } from "../clock.ts";
import { createFraming } from "./framing.ts";

/** A machine that may take calls. */
export interface Machine {
  /** An address, an IPv6 one without its brackets. */
  address: string;
  port: number;
  transport: "udp" | "tcp";
}

interface Asking {
  clock: Clock;
  newId(): string;
  /** What is asked about, such as `sip:sbc.example.com`. */
  uri: string;
  /** Whoever has not answered by then is taken for silent, before RFC 3261's timer F would: callers wait for what comes of it. */
  withinMs: number;
}

/** What was answered last, whole. */
export interface Heard {
  status: number;
  text: string;
}

// Timers of RFC 3261, table 4.
const T1 = 500;
const T2 = 4_000;

/**
 * Asks a machine what it can do (RFC 3261 §11.1), as a client transaction does (§17.1.2): over UDP again and again, over TCP once, until
 * there is an answer that is more than a sign of work. `null`: nobody is there, or nobody says anything. Never rejects.
 */
export function askOptions(machine: Machine, { clock, newId, uri, withinMs }: Asking): Promise<Heard | null> {
  const id = newId();
  const question = (from: { address: string; port: number }) =>
    Buffer.from(questionOf({ uri, id, from: placeOf(from), transport: machine.transport }), "latin1");
  return new Promise((done) => {
    let isOver = false;
    let stopAsking = () => {};
    const stopWaiting = clock.after(withinMs, () => finish(null));
    const hangUp = machine.transport === "udp" ? overUdp() : overTcp();

    function finish(heard: Heard | null): void {
      if (isOver) return;
      isOver = true;
      stopWaiting();
      stopAsking();
      hangUp();
      done(heard);
    }

    function take(text: string): void {
      const status = statusIn(text, id);
      if (status === null) return; // somebody else's, or late
      if (status >= 200) finish({ status, text });
    }

    function overUdp(): () => void {
      const socket = createSocket(isIPv6(machine.address) ? "udp6" : "udp4");
      socket.on("error", () => finish(null)); // the system's word for nobody
      socket.on("message", (bytes) => take(bytes.toString("latin1")));
      // Bound to the other side: then the system says when nobody is there, and a stranger's answer is not even heard.
      socket.once("connect", () => send(question(socket.address()), T1));
      socket.connect(machine.port, machine.address);
      return () => socket.close();

      function send(bytes: Buffer, againMs: number): void {
        if (isOver) return;
        socket.send(bytes, () => {}); // what cannot be sent is an "error", and what is lost is sent again
        stopAsking = clock.after(againMs, () => send(bytes, Math.min(2 * againMs, T2))); // E
      }
    }

    function overTcp(): () => void {
      const framing = createFraming();
      const socket = connect({ host: machine.address, port: machine.port });
      socket.on("error", () => finish(null));
      socket.on("close", () => finish(null));
      socket.on("connect", () => {
        socket.write(question({ address: socket.localAddress ?? "", port: socket.localPort ?? 0 }));
      });
      socket.on("data", (bytes: Buffer) => {
        for (const framed of framing.take(bytes)) if (framed.is === "message") take(framed.text);
      });
      return () => void socket.destroy();
    }
  });
}

function questionOf({ uri, id, from, transport }: { uri: string; id: string; from: string; transport: Machine["transport"] }): string {
  return [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${from};rport;branch=${branchOf(id)}`,
    "Max-Forwards: 70",
    `From: <sip:baton@${from}>;tag=${id}`,
    `To: <${uri}>`,
    `Call-ID: ${id}`,
    "CSeq: 1 OPTIONS",
    `Contact: <sip:baton@${from}>`,
    "Accept: application/sdp",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** An answer to this very question (§17.1.3). */
function statusIn(text: string, id: string): number | null {
  const [, status] = /^SIP\/2\.0 (\d{3}) /i.exec(text) ?? [];
  const via = /^(?:via|v)[ \t]*:.*$/im.exec(text)?.[0] ?? "";
  return status !== undefined && via.includes(branchOf(id)) && /^cseq[ \t]*:[ \t]*1[ \t]+OPTIONS[ \t]*\r?$/im.test(text)
    ? Number(status)
    : null;
}

/** RFC 3261 §8.1.1.7: with the mark of those who make each one anew. */
const branchOf = (id: string) => `z9hG4bK-${id}`;
const placeOf = ({ address, port }: { address: string; port: number }) => `${isIPv6(address) ? `[${address}]` : address}:${port}`;
