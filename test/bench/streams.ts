import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, startPart, table } from "./processes.ts";
import { beginConversations } from "./stream-conversations.ts";
import type { Begun, Order, Written } from "./stream-orders.ts";
import type { Heard, ReaderOrder } from "./stream-readers.ts";

const SIZES = [1_000, 5_000];
const WARM_UP = 200;
const ROUNDS = 7;
const MESSAGES = 1_000;

/** What a held stream and a delivered message cost the bridge, beside `res.write` of the same bytes in the same run. */
export async function streamBench() {
  const results: Held[] = [];
  for (const streams of SIZES.filter((size) => size + 200 < filesAllowed())) results.push(await held(streams));
  console.log("Held streams: resident memory of each, and CPU of delivering an entry of 400 bytes (1,000 a second, each to any of them).");
  console.log("Raw is res.write and nothing else. For the bridge, the same facts recorded with nobody listening are subtracted.\n");
  console.log(
    table(
      ["streams", "raw KiB", "bridge KiB", "ratio", "raw CPU µs", "bridge CPU µs", "ratio", "recording µs"],
      results.map((row) => [
        String(row.streams),
        row.rawKiB,
        row.bridgeKiB,
        row.memoryRatio,
        row.rawCpuMicros,
        row.bridgeCpuMicros,
        row.cpuRatio,
        row.recordingCpuMicros,
      ]),
    ),
  );
  console.log(JSON.stringify({ bench: "streams", bar: { memoryRatio: 1.25, cpuRatio: 1.25 }, results }));
  return results;
}

type Held = Awaited<ReturnType<typeof held>>;

async function held(streams: number) {
  const data = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "baton-bench-")); // the disk is not what is measured
  const conversations = await beginConversations(data, streams);
  const raw = await server("stream-raw.ts");
  const bridge = await server("bridge-part.ts", "http://127.0.0.1:9", data);
  try {
    const memory = { raw: await raw.open(conversations), bridge: await bridge.open(conversations) };
    const rounds: { raw: number; bridge: number; recording: number; bytes: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const sent = await raw.write();
      const told = await bridge.write();
      if (round === 0) continue; // it warms everything up
      const recording = told.toNobody;
      rounds.push({
        raw: sent.toListeners - sent.toNobody,
        bridge: told.toListeners - recording,
        recording,
        bytes: told.bytes / sent.bytes,
      });
    }
    return {
      streams,
      rawKiB: memory.raw,
      bridgeKiB: memory.bridge,
      memoryRatio: memory.bridge / memory.raw,
      rawCpuMicros: median(rounds.map((round) => round.raw)),
      bridgeCpuMicros: median(rounds.map((round) => round.bridge)),
      cpuRatio: median(rounds.map((round) => round.bridge / round.raw)),
      recordingCpuMicros: median(rounds.map((round) => round.recording)),
      bytesRatio: median(rounds.map((round) => round.bytes)),
    };
  } finally {
    await Promise.all([raw.stop(), bridge.stop()]);
    rmSync(data, { recursive: true, force: true });
  }
}

/** A server, and whoever reads from it. */
async function server(file: string, ...args: string[]) {
  const part = await startPart(new URL(file, import.meta.url), args, { nodeArgs: ["--expose-gc"] });
  const readers = await startPart(new URL("stream-readers.ts", import.meta.url));
  const order = (what: Order) => part.ask(what);
  const read = (what: ReaderOrder) => readers.ask(what);

  return {
    /** KiB of each stream, counted from when the server has served a few already, all of them gone. */
    async open(conversations: Begun[]): Promise<number> {
      const streams = conversations.filter(({ isFollowed }) => isFollowed);
      await order({ do: "prepare", streams: conversations });
      await read({ do: "open", url: part.url, streams: streams.slice(0, WARM_UP) });
      await read({ do: "close" });
      const empty = await resident();
      await read({ do: "open", url: part.url, streams });
      return ((await resident()) - empty) / 1024 / streams.length;
    },
    async write(): Promise<Written & { bytes: number }> {
      await read({ do: "count" });
      const written = (await order({ do: "write", messages: MESSAGES })) as Written; // what it answers to that
      await new Promise((done) => setTimeout(done, 200)); // for the last of them to arrive
      const heard = (await read({ do: "count" })) as Heard; // what it answers to that
      if (heard.messages !== MESSAGES || heard.dropped > 0) throw new Error(`${file}: ${JSON.stringify(heard)} of ${MESSAGES} messages`);
      return { ...written, bytes: heard.bytes };
    },
    stop: () => Promise.all([part.stop(), readers.stop()]),
  };

  async function resident(): Promise<number> {
    await order({ do: "collect" });
    return part.memory();
  }
}

/** One process holds one end of every stream, and each takes a file descriptor. */
function filesAllowed(): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 1024);
}

if (import.meta.main) await streamBench();
