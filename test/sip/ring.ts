// `npm run bench:calls -- --seconds 60 --perSecond 200`: real calls at a steady rate, each answer looked at, beside the barest thing that answers calls.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { noSipp, runSipp, type SippCount } from "../engines/sipp.ts";
import { redirected } from "./scenarios.ts";
import { startSwitchboard } from "./switchboard.ts";

const TARGET = "sip:refunds@127.0.0.1:5999";

export interface Ring extends SippCount {
  calls: number;
  /** Handoffs that the bridge has kept. */
  kept: number;
  /** Milliseconds of CPU for each call, of the process that answers. */
  cpuMs: number;
}

/** So many calls a second to a bridge, for so long. Every answer has to lead to the right place and to carry that call's own headers. */
export async function ring(seconds: number, perSecond: number): Promise<Ring> {
  await using board = await startSwitchboard({ refunds: TARGET, perSecond: 2 * perSecond });
  const rung = await ringAt(board.sipPort, seconds, perSecond, ["X-Customer-Id", "A-[0-9]+"]);
  return { ...rung, kept: (await board.handoffs()).length };
}

/** The same calls to a socket that copies what has to be copied and knows one address. It keeps nothing, checks nothing and repeats nothing. */
async function ringBarest(seconds: number, perSecond: number): Promise<Omit<Ring, "kept">> {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, { address, port }) => {
    const text = bytes.toString("latin1");
    if (!text.startsWith("INVITE ")) return;
    const brought = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) => new RegExp(`^${name}: .*$`, "m").exec(text)?.[0]);
    socket.send(
      ["SIP/2.0 302 Moved Temporarily", ...brought, `Contact: <${TARGET}>`, "Content-Length: 0", "", ""].join("\r\n"),
      port,
      address,
    );
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  try {
    return await ringAt(socket.address().port, seconds, perSecond);
  } finally {
    socket.close();
  }
}

async function ringAt(port: number, seconds: number, perSecond: number, header?: [string, string]): Promise<Omit<Ring, "kept">> {
  const calls = seconds * perSecond;
  const before = process.cpuUsage();
  const count = await runSipp(redirected({ contact: `<${TARGET}>`, ...(header && { header }) }), { port, calls, perSecond });
  const { user, system } = process.cpuUsage(before);
  return { ...count, calls, cpuMs: (user + system) / 1_000 / calls };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" }, perSecond: { type: "string", default: "200" } } });
  if (noSipp) throw new Error(noSipp);
  const [seconds, perSecond] = [Number(values.seconds), Number(values.perSecond)];
  const barest = await ringBarest(Math.min(seconds, 10), perSecond);
  const bridge = await ring(seconds, perSecond);
  console.table({
    "a bare socket": { ...shown(barest), kept: "none" },
    "the bridge": { ...shown(bridge), kept: bridge.kept },
  });
  const isRight = bridge.succeeded === bridge.calls && bridge.failed === 0 && bridge.kept === bridge.calls;
  console.log(
    `${perSecond} calls a second for ${seconds} s: ${isRight ? "every answer was right, and every call was kept once." : "WRONG."}`,
  );
  if (!isRight) console.log(bridge.errors.slice(0, 2_000));
  console.log(`A call that is routed and kept costs ${(bridge.cpuMs / barest.cpuMs).toFixed(1)} times a bare socket's CPU.`);
  process.exitCode = isRight ? 0 : 1;
}

function shown({ calls, succeeded, failed, repeated, cpuMs }: Omit<Ring, "kept">) {
  return { calls, right: succeeded, wrong: failed, "sent again": repeated, "CPU ms a call": cpuMs.toFixed(3) };
}
