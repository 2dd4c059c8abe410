import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../clock.ts";
import { handMovedClock } from "../work/test-time.ts";
import { askOptions, type Machine } from "./asking.ts";

const uri = "sip:sbc.example.com";
const ask = (machine: Machine, withinMs = 3_000, clock = systemClock) =>
  askOptions(machine, { clock, newId: () => "ask-1", uri, withinMs });

/** What a machine says to the question that it is asked for the n-th time, from 1. */
type Says = (question: string, n: number) => string[];

test("whoever answers is heard, whatever they say, over UDP and over TCP", async () => {
  const says: Says = (question) => [answer(question, "100 Trying"), answer(question, "405 Method Not Allowed")];
  for (const machine of [await overUdp(says), await overTcp(says)]) {
    const heard = await ask(machine, 3_000, handMovedClock().clock); // on which nothing is asked again
    expect(heard?.status).toBe(405);
    expect(machine.asked[0]).toMatch(/^OPTIONS sip:sbc\.example\.com SIP\/2\.0\r\n/);
    expect(machine.asked[0]).toMatch(
      new RegExp(`^Via: SIP/2\\.0/${machine.transport.toUpperCase()} 127\\.0\\.0\\.1:\\d+;rport;branch=z9hG4bK-ask-1\r$`, "m"),
    );
    expect(machine.asked).toHaveLength(1);
  }
});

test("over UDP a question that was lost is asked again, at growing distances", async () => {
  const waits: number[] = [];
  const after = (ms: number, run: () => void) => (waits.push(ms), systemClock.after(ms / 50, run));
  const machine = await overUdp((question, n) => (n < 4 ? [] : [answer(question, "200 OK")]));
  expect((await ask(machine, 600_000, { ...systemClock, after }))?.status).toBe(200);
  expect(waits.slice(1, 4)).toEqual([500, 1_000, 2_000]); // after the one for all of it
});

test("an answer to something else is not taken for one", async () => {
  const machine = await overUdp((question) => [
    answer(question, "200 OK").replace("ask-1", "ask-2"),
    answer(question, "200 OK").replace("1 OPTIONS", "1 INVITE"),
    answer(question, "200 OK").replace("SIP/2.0 200", "SIP/3.0 200"),
  ]);
  expect(await ask(machine, 300)).toBe(null);
});

test("nobody there, and somebody who says nothing, are both silent, and nobody at once", async () => {
  const silent = [await overUdp(() => []), await overTcp(() => [])];
  for (const machine of silent) expect(await ask(machine, 200)).toBe(null);
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(done));
  for (const transport of ["udp", "tcp"] as const) expect(await ask({ address: "127.0.0.1", port, transport }, 60_000)).toBe(null);
});

async function overUdp(says: Says): Promise<Machine & { asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (bytes, { address, port }) => {
    asked.push(bytes.toString());
    for (const text of says(bytes.toString(), asked.length)) socket.send(text, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { address: "127.0.0.1", port: socket.address().port, transport: "udp", asked };
}

async function overTcp(says: Says): Promise<Machine & { asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      asked.push(bytes.toString());
      for (const text of says(bytes.toString(), asked.length)) socket.write(text);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { address: "127.0.0.1", port: (server.address() as AddressInfo).port, transport: "tcp", asked };
}

function answer(question: string, status: string): string {
  const brought = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) => new RegExp(`^${name}: .*$`, "m").exec(question)?.[0].trim());
  return [`SIP/2.0 ${status}`, ...brought, "Content-Length: 0", "", ""].join("\r\n");
}
