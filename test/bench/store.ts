import { randomUUID } from "node:crypto";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import { postgresStore } from "@baton/bridge-server/store/postgres";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import type { ConversationKey, Decide, Recorded, Store } from "@baton/bridge-server/store/store";
import { startPostgres } from "../engines/postgres.ts";

const ROUNDS = 9;
const LONE = 200;
const TOGETHER = 32;
const BATCHES = 40;
const READS = 500;
const CONVERSATIONS = 500;
const LINES_BEFORE = 60;

/** Medians over all rounds, in microseconds. */
interface Costs {
  loneUs: number;
  togetherUs: number;
  readUs: number;
  /** A lone append against the disk's own write and flush a moment before: the usual one, and on average, checkpoints included. */
  loneToFloor: number;
  loneToFloorOnAverage: number;
  /** What arriving together saves. */
  togetherToLone: number;
}

/** What SQLite costs stands at the top: it is what the store promises. */
export interface StoreBench extends Costs {
  floorUs: number;
  postgres: Costs;
}

/**
 * What a durable line costs beside the barest thing that could keep it: 4 KiB written after what is there already, and flushed, on the
 * same disk. Each append has its own such write right before it, so that both meet the disk and the machine in the same mood.
 * A line is what a visitor's line is to the bridge: the fact, the entry, the lifecycle and one job, which it claims at once.
 * PostgreSQL is a server of its own on the same machine, reached over TCP, with its own defaults.
 */
export async function storeBench(): Promise<StoreBench> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const server = await startPostgres();
  const sqlite = sqliteStore(join(folder, "bridge.db"));
  const postgres = await postgresStore(await server.newDatabase());
  const floor = openSync(join(folder, "floor"), "w");
  try {
    const keys = { sqlite: await fill(sqlite), postgres: await fill(postgres) };
    const rounds: { sqlite: Round; postgres: Round }[] = [];
    const log = preparedLog(floor);
    for (let round = 0; round < ROUNDS + 2; round++)
      rounds.push({ sqlite: await measure(sqlite, keys.sqlite, log), postgres: await measure(postgres, keys.postgres, log) });
    const warm = rounds.slice(2);
    const floorUs = median(warm.map((round) => round.sqlite.floor));
    const costs = (kind: "sqlite" | "postgres"): Costs => ({
      loneUs: median(warm.map((round) => round[kind].lone)),
      togetherUs: median(warm.map((round) => round[kind].together)),
      readUs: median(warm.map((round) => round[kind].read)),
      loneToFloor: median(warm.map((round) => round[kind].lone / round[kind].floor)),
      loneToFloorOnAverage: median(warm.map((round) => round[kind].loneOnAverage / round[kind].floorOnAverage)),
      togetherToLone: median(warm.map((round) => round[kind].lone / round[kind].together)),
    });
    return { floorUs, ...costs("sqlite"), postgres: costs("postgres") };
  } finally {
    await Promise.all([sqlite.close(), postgres.close()]);
    await server.stop();
    closeSync(floor);
    rmSync(folder, { recursive: true });
  }
}

interface Round {
  floor: number;
  floorOnAverage: number;
  lone: number;
  loneOnAverage: number;
  together: number;
  read: number;
}

async function measure(store: Store, keys: ConversationKey[], writeAndFlush: () => void): Promise<Round> {
  const lone = await oneByOne(store, keys, writeAndFlush);
  const together = await atOnce(store, keys);
  return { ...lone, together, read: await reads(store, keys) };
}

/** The table a person reads, then the line a program reads. */
export function printStoreBench(bench: StoreBench): void {
  const { floorUs, postgres } = bench;
  const row = (what: string, us: number, ratio: string) =>
    console.log(`${what.padEnd(44)}${us.toFixed(0).padStart(8)}${perSecond(us)}   ${ratio}`);
  const table = (
    { loneUs, togetherUs, readUs, loneToFloor, loneToFloorOnAverage, togetherToLone }: Costs,
    promised: [lone: string, together: string],
  ) => {
    row("one append at a time", loneUs, `${loneToFloor.toFixed(2)} × floor, ${loneToFloorOnAverage.toFixed(2)} on average${promised[0]}`);
    row(`${TOGETHER} appends at once, each`, togetherUs, `${togetherToLone.toFixed(1)} × the lone rate${promised[1]}`);
    row("read the last 50 entries", readUs, `${(readUs / floorUs).toFixed(2)} × floor`);
  };
  console.log(`${"store (SQLite, every append flushed)".padEnd(44)}${"µs".padStart(8)}${"per second".padStart(13)}`);
  row("floor: append 4 KiB + fdatasync", floorUs, "1.00 × floor");
  table(bench, [" (promised: at most 2)", " (promised: at least 3)"]);
  console.log("store (PostgreSQL on this machine, one round trip an append)");
  table(postgres, ["", ""]);
  console.log(JSON.stringify({ bench: "store", ...bench }));
}

const perSecond = (us: number) =>
  Math.round(1e6 / us)
    .toLocaleString("en")
    .padStart(13);

async function fill(store: Store): Promise<ConversationKey[]> {
  const keys = Array.from({ length: CONVERSATIONS }, () => ({ site: "shop", id: randomUUID() }));
  await Promise.all(keys.map((key) => store.record({ key, factId: randomUUID(), decide: begins })));
  for (let line = 0; line < LINES_BEFORE; line++) {
    await finish(store, await Promise.all(keys.map((key) => append(store, key))));
  }
  return keys;
}

const begins: Decide = () => ({ lifecycle: automated, entries: [], notes: [], jobs: [], names: [], turns: 0 });
const automated: Lifecycle = { phase: "automated", assistantChat: randomUUID(), sharedId: randomUUID(), fallbacksUsed: 0 };
const TEXT = "I would like to know where my order is, because it was promised for yesterday. ".repeat(3).slice(0, 180);

function append(store: Store, key: ConversationKey): Promise<Recorded> {
  const id = randomUUID();
  return store.record({
    key,
    factId: id,
    digest: id,
    claimForMs: 60_000,
    decide: (lifecycle) => ({
      lifecycle,
      entries: [{ type: "said", id, who: "visitor", text: TEXT }],
      notes: [],
      jobs: [{ task: "ask_assistant", input: { line: id }, lane: "assistant" }],
      names: [],
      turns: 0,
    }),
  });
}

/** Between the measurements the work owed is done, as it would be, so that the table of jobs stays as small as in life. */
async function finish(store: Store, recorded: Recorded[]): Promise<void> {
  const held = recorded.flatMap(({ claimed }) => claimed);
  await Promise.all(held.map((job) => store.finishJob(job)));
  for (;;) {
    const jobs = await store.claimJobs(500, 60_000);
    if (jobs.length === 0) return;
    await Promise.all(jobs.map((job) => store.finishJob(job)));
  }
}

/** A file of a log's length, so that its length need not be flushed with what is written into it, from end to end and over again. */
function preparedLog(file: number): () => void {
  const page = Buffer.alloc(4096, "x");
  const pages = 4_000;
  for (let n = 0; n < pages; n++) writeSync(file, page, 0, page.length, n * page.length);
  fdatasyncSync(file);
  let next = 0;
  return () => {
    writeSync(file, page, 0, page.length, (next++ % pages) * page.length);
    fdatasyncSync(file);
  };
}

async function oneByOne(store: Store, keys: ConversationKey[], writeAndFlush: () => void) {
  const [floors, appends]: [number[], number[]] = [[], []];
  const recorded: Recorded[] = [];
  for (let n = 0; n < LONE; n++) {
    const start = performance.now();
    writeAndFlush();
    const flushed = performance.now();
    recorded.push(await append(store, any(keys)));
    appends.push((performance.now() - flushed) * 1000);
    floors.push((flushed - start) * 1000);
  }
  await finish(store, recorded);
  return { floor: median(floors), floorOnAverage: average(floors), lone: median(appends), loneOnAverage: average(appends) };
}

async function atOnce(store: Store, keys: ConversationKey[]): Promise<number> {
  const recorded: Recorded[] = [];
  const start = performance.now();
  for (let n = 0; n < BATCHES; n++) {
    const from = Math.floor(Math.random() * (keys.length - TOGETHER));
    recorded.push(...(await Promise.all(keys.slice(from, from + TOGETHER).map((key) => append(store, key)))));
  }
  const us = each(start, BATCHES * TOGETHER);
  await finish(store, recorded);
  return us;
}

async function reads(store: Store, keys: ConversationKey[]): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < READS; n++) await store.entriesAfter(any(keys), LINES_BEFORE - 50, 50);
  return each(start, READS);
}

const any = <T>(all: T[]): T => all[Math.floor(Math.random() * all.length)]!; // never empty here
const each = (start: number, count: number) => ((performance.now() - start) * 1000) / count;
const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!; // never empty here

if (import.meta.main) printStoreBench(await storeBench());
