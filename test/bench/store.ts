import { randomUUID } from "node:crypto";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lifecycle } from "@baton/bridge-server/conversation/lifecycle";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import type { ConversationKey, Decide, Store } from "@baton/bridge-server/store/store";

const ROUNDS = 9;
const LONE = 200;
const TOGETHER = 32;
const BATCHES = 40;
const READS = 500;
const CONVERSATIONS = 500;
const LINES_BEFORE = 60;

export interface StoreBench {
  /** Medians over all rounds, in microseconds. */
  floorUs: number;
  loneUs: number;
  togetherUs: number;
  readUs: number;
  /** What the store promises: a lone append against the disk's own write and flush, and what arriving together saves. */
  loneToFloor: number;
  togetherToLone: number;
}

/**
 * What a durable line costs beside the barest thing that could keep it: one 4 KiB write and one flush on the same disk.
 * A line is what a visitor's line is: the fact, the entry, the lifecycle and one job. Every round measures all of them in turn.
 */
export async function storeBench(): Promise<StoreBench> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const store = sqliteStore(join(folder, "bridge.db"));
  const floor = openSync(join(folder, "floor"), "w");
  try {
    const keys = await fill(store);
    const rounds: { floor: number; lone: number; together: number; read: number }[] = [];
    for (let round = 0; round < ROUNDS + 2; round++) {
      const lone = await oneByOne(store, keys);
      const flush = flushes(floor);
      await work(store);
      const together = await atOnce(store, keys);
      await work(store);
      rounds.push({ floor: flush, lone, together, read: await reads(store, keys) });
    }
    const warm = rounds.slice(2);
    const floorUs = median(warm.map(({ floor }) => floor));
    const loneUs = median(warm.map(({ lone }) => lone));
    const togetherUs = median(warm.map(({ together }) => together));
    const readUs = median(warm.map(({ read }) => read));
    const loneToFloor = median(warm.map(({ floor, lone }) => lone / floor));
    const togetherToLone = median(warm.map(({ lone, together }) => lone / together));
    return { floorUs, loneUs, togetherUs, readUs, loneToFloor, togetherToLone };
  } finally {
    await store.close();
    closeSync(floor);
    rmSync(folder, { recursive: true });
  }
}

/** The table a person reads, then the line a program reads. */
export function printStoreBench({ floorUs, loneUs, togetherUs, readUs, loneToFloor, togetherToLone }: StoreBench): void {
  const row = (what: string, us: number, ratio: string) =>
    console.log(`${what.padEnd(44)}${us.toFixed(0).padStart(8)}${perSecond(us)}   ${ratio}`);
  console.log(`${"store (SQLite, every append flushed)".padEnd(44)}${"µs".padStart(8)}${"per second".padStart(13)}`);
  row("floor: write 4 KiB + fdatasync", floorUs, "1.00 × floor");
  row("one append at a time", loneUs, `${loneToFloor.toFixed(2)} × floor (promised: at most 2)`);
  row(`${TOGETHER} appends at once, each`, togetherUs, `${togetherToLone.toFixed(1)} × the lone rate (promised: at least 3)`);
  row("read the last 50 entries", readUs, `${(readUs / floorUs).toFixed(2)} × floor`);
  console.log(JSON.stringify({ bench: "store", floorUs, loneUs, togetherUs, readUs, loneToFloor, togetherToLone }));
}

const perSecond = (us: number) =>
  Math.round(1e6 / us)
    .toLocaleString("en")
    .padStart(13);

async function fill(store: Store): Promise<ConversationKey[]> {
  const keys = Array.from({ length: CONVERSATIONS }, () => ({ site: "shop", id: randomUUID() }));
  await Promise.all(keys.map((key) => store.record({ key, factId: randomUUID(), decide: begins })));
  for (let line = 0; line < LINES_BEFORE; line++) {
    await Promise.all(keys.map((key) => append(store, key)));
    await work(store);
  }
  return keys;
}

const begins: Decide = () => ({ lifecycle: automated, entries: [], notes: [], jobs: [], names: [], turns: 0 });
const automated: Lifecycle = { phase: "automated", assistantChat: randomUUID(), sharedId: randomUUID() };
const TEXT = "I would like to know where my order is, because it was promised for yesterday. ".repeat(3).slice(0, 180);

function append(store: Store, key: ConversationKey): Promise<unknown> {
  const id = randomUUID();
  return store.record({
    key,
    factId: id,
    digest: id,
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
async function work(store: Store): Promise<void> {
  for (;;) {
    const jobs = await store.claimJobs(500, 60_000);
    if (jobs.length === 0) return;
    await Promise.all(jobs.map((job) => store.finishJob(job)));
  }
}

function flushes(file: number): number {
  const page = Buffer.alloc(4096, "x");
  const start = performance.now();
  for (let n = 0; n < LONE; n++) {
    writeSync(file, page, 0, page.length, 0);
    fdatasyncSync(file);
  }
  return each(start, LONE);
}

async function oneByOne(store: Store, keys: ConversationKey[]): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < LONE; n++) await append(store, any(keys));
  return each(start, LONE);
}

async function atOnce(store: Store, keys: ConversationKey[]): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < BATCHES; n++) {
    const from = Math.floor(Math.random() * (keys.length - TOGETHER));
    await Promise.all(keys.slice(from, from + TOGETHER).map((key) => append(store, key)));
  }
  return each(start, BATCHES * TOGETHER);
}

async function reads(store: Store, keys: ConversationKey[]): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < READS; n++) await store.entriesAfter(any(keys), LINES_BEFORE - 50, 50);
  return each(start, READS);
}

const any = <T>(all: T[]): T => all[Math.floor(Math.random() * all.length)]!; // never empty here
const each = (start: number, count: number) => ((performance.now() - start) * 1000) / count;
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!; // never empty here

if (import.meta.main) printStoreBench(await storeBench());
