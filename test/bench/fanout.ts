import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Fanout } from "@baton/bridge-server/fanout/fanout";
import { inProcessFanout } from "@baton/bridge-server/fanout/in-process";
import { noNats, startNats } from "../engines/nats.ts";
import { startPostgres } from "../engines/postgres.ts";
import { CROWD, busFanout } from "./fanout-crowd.ts";
import { startPart } from "./processes.ts";

const ROUNDS = 4;
const HINTS = 500;
const APART_MS = 2; // about five hundred a second: a hint that waits behind another measures the queue, not the way

export interface FanoutBench {
  rows: { over: string; p50Us: number; p99Us: number; perSecond: number | null; toFloor: number | null }[];
}

interface Way {
  over: string;
  /** From here to the other process and back. */
  roundTrip(n: number): Promise<void>;
  crowd: (() => Promise<void>) | null;
  close(): Promise<void>;
}

/**
 * How long a hint is under way between two processes, beside a bare TCP line between the same two. Every round measures all of them
 * in turn. Half a round trip each; within one process a hint is there when the call returns.
 */
export async function fanoutBench(): Promise<FanoutBench> {
  const postgres = await startPostgres();
  const nats = noNats === null ? await startNats() : null;
  const ways = [await overTcp(), inside(), await overBus("postgres", await postgres.newDatabase())];
  if (nats) ways.push(await overBus("nats", nats.url));
  try {
    const took = new Map(ways.map(({ over }) => [over, [] as number[]]));
    const rates = new Map(ways.map(({ over }) => [over, [] as number[]]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { over, roundTrip, crowd } of ways) {
        const times = await latencies(roundTrip);
        const rate = crowd && (await perSecond(crowd));
        if (round === 0) continue; // warming up
        took.get(over)!.push(...times); // there is one for each way
        if (rate !== null) rates.get(over)!.push(rate);
      }
    }
    const floor = quantile(took.get("a TCP line, bare")!, 0.5); // the first way
    const rows = [...took].map(([over, times]) => {
      const p50Us = quantile(times, 0.5);
      const rate = rates.get(over)!; // as above
      const toFloor = over === "this process" ? null : p50Us / floor;
      return { over, p50Us, p99Us: quantile(times, 0.99), perSecond: rate.length > 0 ? quantile(rate, 0.5) : null, toFloor };
    });
    return { rows };
  } finally {
    await Promise.all(ways.map(({ close }) => close()));
    await Promise.all([postgres.stop(), nats?.stop()]);
  }
}

/** The table a person reads, then the line a program reads. */
export function printFanoutBench({ rows }: FanoutBench): void {
  console.log(
    `${"hints from one process to another, over".padEnd(44)}${"p50 µs".padStart(8)}${"p99 µs".padStart(9)}${"at once, per s".padStart(16)}`,
  );
  for (const { over, p50Us, p99Us, perSecond, toFloor } of rows) {
    const rate = perSecond === null ? "" : Math.round(perSecond).toLocaleString("en");
    const ratio = toFloor === null ? "" : `   ${toFloor.toFixed(2)} × floor`;
    console.log(
      `${over.padEnd(44)}${p50Us.toFixed(p50Us < 10 ? 1 : 0).padStart(8)}${p99Us.toFixed(0).padStart(9)}${rate.padStart(16)}${ratio}`,
    );
  }
  console.log(JSON.stringify({ bench: "fanout", rows }));
}

async function overTcp(): Promise<Way> {
  const other = await startPart(new URL("./fanout-other.ts", import.meta.url), ["tcp"]);
  const socket = connect(Number(new URL(other.url).port), "127.0.0.1").setNoDelay(true);
  await new Promise((done) => socket.once("connect", done));
  let answered = () => {};
  socket.on("data", () => answered());
  return {
    over: "a TCP line, bare",
    roundTrip: (n) =>
      new Promise((done) => {
        answered = done;
        socket.write(`{"from":"somebody","hints":[["ping","${n}"]]}\n`);
      }),
    crowd: null,
    async close() {
      socket.destroy();
      await other.stop();
    },
  };
}

function inside(): Way {
  const fanout = inProcessFanout();
  return { over: "this process", roundTrip: roundTripOver(fanout, fanout), crowd: null, close: fanout.close };
}

async function overBus(kind: string, url: string): Promise<Way> {
  const other = await startPart(new URL("./fanout-other.ts", import.meta.url), [kind, url]);
  const fanout = busFanout(kind, url);
  const roundTrip = roundTripOver(fanout, null);
  while (!(await Promise.race([roundTrip(0).then(() => true), pause(100).then(() => false)]))); // until both are connected
  await pause(2_000); // the looks that belong to connecting are over
  return {
    over: kind === "nats" ? "NATS" : "PostgreSQL NOTIFY",
    roundTrip,
    async crowd() {
      await fanout.hint("again");
      const { promise: everybody, resolve } = Promise.withResolvers<void>();
      const stop = await fanout.listen("pong", (aside) => aside === "everybody" && resolve());
      for (let topic = 0; topic < CROWD; topic++) void fanout.hint(`topic ${topic}`);
      await everybody;
      stop();
    },
    async close() {
      await fanout.close();
      await other.stop();
    },
  };
}

/** Within one process nobody needs to say anything back: the hint itself is both ways. */
function roundTripOver(fanout: Fanout, echo: Fanout | null): Way["roundTrip"] {
  const waiting = new Map<string, () => void>();
  void fanout.listen("pong", (aside) => waiting.get(aside ?? "")?.());
  if (echo) void echo.listen("ping", (aside) => void echo.hint("pong", aside));
  let calls = 0;
  return () =>
    new Promise((done) => {
      const own = `${++calls}`;
      waiting.set(own, () => {
        waiting.delete(own);
        done();
      });
      void fanout.hint("ping", own);
    });
}

async function latencies(roundTrip: Way["roundTrip"]): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < HINTS; n++) {
    const start = performance.now();
    await roundTrip(n);
    times.push(((performance.now() - start) * 1000) / 2);
    await pause(APART_MS);
  }
  return times;
}

async function perSecond(crowd: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await crowd();
  return CROWD / ((performance.now() - start) / 1000);
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

if (import.meta.main) printFanoutBench(await fanoutBench());
