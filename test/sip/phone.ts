import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** An answer as a phone system reads it. */
export interface Heard {
  status: number;
  text: string;
  /** The first of that name; `null`: there is none. */
  header(name: string): string | null;
}

export interface Said {
  /** The same Call-ID for the same call. */
  call?: string;
  branch?: string;
  user?: string;
  cseq?: number;
  to?: string;
  headers?: string[];
}

/** A phone system on an address of its own, which asks over UDP and hears what comes back. */
export async function startPhone(port: () => number | null, address = "127.0.0.1") {
  const socket = createSocket("udp4");
  const heard: Heard[] = [];
  let wake = () => {};
  let calls = 0;
  socket.on("message", (bytes) => {
    heard.push(read(bytes.toString("latin1")));
    wake();
  });
  socket.bind(0, address);
  await once(socket, "listening");
  const at = () => `${address}:${socket.address().port}`;

  return {
    heard,
    send: (message: string) => socket.send(Buffer.from(message, "latin1"), port() ?? 0, "127.0.0.1"),
    /** A message, written as a phone system would. */
    written: (method: string, said: Said = {}) => request(method, at(), "UDP", said),
    /** Sends it and waits for the next answer that is more than a sign of life. */
    async ask(method: string, said: Said = {}): Promise<Heard> {
      const { call = `call-${++calls}-${socket.address().port}` } = said;
      const from = heard.length;
      this.send(this.written(method, { ...said, call }));
      const answer = await this.hears(from);
      if (method === "INVITE") this.send(this.written("ACK", { ...said, call }));
      return answer;
    },
    /** The next answer after the first so many, past those that say that somebody is at work. */
    async hears(from: number, withinMs = 10_000): Promise<Heard> {
      const end = performance.now() + withinMs;
      for (;;) {
        const found = heard.slice(from).find(({ status }) => status >= 200);
        if (found) return found;
        if (performance.now() > end) throw new Error("nobody answers");
        await new Promise<void>((done) => {
          wake = done;
          setTimeout(done, 100);
        });
      }
    },
    [Symbol.asyncDispose]: () => new Promise<void>((done) => socket.close(done)),
  };
}

/** Says all of it over one connection, and resolves with all that came back once there are so many answers or the other side has hung up. */
export async function overTcp(port: number, messages: string, answers: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.setEncoding("latin1");
  await once(socket, "connect");
  socket.write(messages, "latin1");
  await new Promise<void>((done) => {
    socket.on("data", (text: string) => {
      heard += text;
      if (heard.split("SIP/2.0 ").length > answers) done();
    });
    socket.on("close", () => done());
    socket.on("error", () => done());
  });
  socket.destroy();
  return heard;
}

/** Says it over an encrypted connection, whoever is at its end, and resolves with all that came back once something of it is what is waited for. */
export async function overTls(port: number, message: string, waitedFor: RegExp): Promise<string> {
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }); // its certificate is its own
  await once(socket, "secureConnect");
  socket.setEncoding("latin1");
  socket.write(message, "latin1");
  let heard = "";
  for await (const text of socket) {
    heard += String(text);
    if (waitedFor.test(heard)) break;
  }
  socket.destroy();
  return heard;
}

/** `at`: where its sender says it is. */
export function request(method: string, at: string, transport: "UDP" | "TCP" | "TLS", said: Said = {}): string {
  const { call = "call-0", branch = `z9hG4bK-${call}`, user = "shop", cseq = 1, to = `<sip:${user}@127.0.0.1>`, headers = [] } = said;
  return [
    `${method} sip:${user}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/${transport} ${at};branch=${branch}`,
    "Max-Forwards: 70",
    `From: "Ana" <sip:+442071838751@127.0.0.1>;tag=${call}`,
    `To: ${to}`,
    `Call-ID: ${call}`,
    `CSeq: ${cseq} ${method}`,
    ...headers,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

function read(text: string): Heard {
  const lines = text.split("\r\n");
  return {
    status: Number(/^SIP\/2\.0 (\d{3}) /.exec(lines[0] ?? "")?.[1]),
    text,
    header: (name) => lines.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))?.slice(name.length + 2) ?? null,
  };
}
