// `npm run call [-- <destination>]`: a phone agent hands a call over to the running demo, and does what a phone system would with the answer.
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ANSWERED_WITHIN_MS = 5_000;
const data = resolve(fileURLToPath(new URL("../../", import.meta.url)), process.env["BATON_DATA"] || ".data");

try {
  const env = environmentOf(join(data, "demo.env"));
  await dial(Number(env["CALLS_PORT"]), process.argv[2] ?? "refunds", `http://localhost:${env["SHOP_PORT"]}/desk`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** What the demo has left for whoever looks at it from another terminal. */
function environmentOf(file: string): Record<string, string> {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return Object.fromEntries(
      lines.flatMap((line) => (line.includes("=") ? [line.split(/=(.*)/s).slice(0, 2)] : [])) as [string, string][],
    );
  } catch {
    throw new Error("The demo is not running: npm start, and then this in another terminal.");
  }
}

async function dial(port: number, destination: string, desk: string): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const call = randomUUID();
  const headers = [
    `X-Destination: ${destination}`,
    "X-Reason: customer_refund",
    "X-Customer-Id: C-2041",
    `User-to-User: ${call}`,
    "X-Language: en-GB",
  ];
  const message = (method: "INVITE" | "ACK", more: string[] = []) =>
    [
      `${method} sip:shop@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK-${call}`,
      "Max-Forwards: 70",
      `From: <sip:+442071838751@127.0.0.1>;tag=${call}`,
      `To: <sip:shop@127.0.0.1:${port}>`,
      `Call-ID: ${call}`,
      `CSeq: 1 ${method}`,
      ...more,
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n");
  try {
    console.log(`INVITE sip:shop@127.0.0.1:${port}\n${headers.map((header) => `  ${header}`).join("\n")}\n`);
    socket.send(message("INVITE", headers), port, "127.0.0.1");
    const answer = await finalAnswer();
    socket.send(message("ACK"), port, "127.0.0.1");
    await new Promise((done) => setTimeout(done, 50)); // the last datagram leaves before the socket does
    console.log(`${answer.trimEnd()}\n`);
    const led = /^Contact: <(.*)>/m.exec(answer)?.[1];
    console.log(led ? `The call goes on at ${led}. What is known of it is at the desk: ${desk}` : "The call goes nowhere.");
  } finally {
    socket.close();
  }

  async function finalAnswer(): Promise<string> {
    const late = AbortSignal.timeout(ANSWERED_WITHIN_MS);
    for (;;) {
      const [bytes] = (await once(socket, "message", { signal: late }).catch(() => {
        throw new Error(`Nobody answers at 127.0.0.1:${port}: is the demo still running?`);
      })) as [Buffer]; // as Node gives it
      const text = bytes.toString();
      if (!text.startsWith("SIP/2.0 1")) return text;
    }
  }
}
