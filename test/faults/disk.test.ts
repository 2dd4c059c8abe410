import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import { StoreUnavailable, type Store } from "@baton/bridge-server/store/store";
import { describe, expect, onTestFinished, test } from "vitest";
import { noMounting, noStrace, traced } from "../engines/strace.ts";
import { seedOf } from "../seed.ts";
import { seeded } from "./fault-proxy.ts";
import { createDisk, stepsIn, TRACE } from "./flushed-writes.ts";

// The disk under a SQLite store fails, fills up, or loses its power. DISK_ALL=1 strikes at every write and flush of the scenario, not at a
// few; DISK_SEED=123 chooses another few.

const SEED = seedOf("DISK");
const FEW = process.env["DISK_ALL"] ? Infinity : 5;
const LONG = 600_000;
const scenario = fileURLToPath(new URL("./disk-scenario.ts", import.meta.url));
const key = { site: "shop", id: "c" };
const LINES = 12;

if (noStrace !== null) test.skip(`F25 F26 a disk that fails or loses its power: ${noStrace}`);

describe.skipIf(noStrace !== null)(`a disk that fails, from seed ${SEED}`, () => {
  test(
    "F25 whichever write or flush fails, or ends the process: what was acknowledged is there, the rest is taken again",
    { timeout: LONG },
    async () => {
      const { writes, flushes } = await count();
      const random = seeded(SEED);
      const choose = (all: number[]) =>
        all
          .map((n) => [random(), n] as const)
          .toSorted(([a], [b]) => a - b)
          .slice(0, FEW)
          .map(([, n]) => n); // any few
      const strikes = [
        ...choose(flushes).map((n) => `fsync:error=EIO:when=${n}`),
        ...choose(flushes).map((n) => `fsync:signal=SIGKILL:when=${n}`),
        ...choose(writes).map((n) => `pwrite64:error=ENOSPC:when=${n}`),
        ...choose(writes).map((n) => `pwrite64:signal=SIGKILL:when=${n}`),
      ];
      const wrong: string[] = [];
      let struck = 0;
      for (const strike of strikes) {
        const folder = newFolder();
        const path = join(folder, "store.db");
        const { printed, code } = await traced(
          ["-o", join(folder, "told"), "-e", "trace=pwrite64,fsync", "-e", `inject=${strike}`],
          [scenario, path],
        );
        const told = readFileSync(join(folder, "told"), "latin1");
        if (told.includes("INJECTED") || code === "SIGKILL") struck++; // strace ends as its program did
        const isKilled = strike.includes("SIGKILL");
        const acknowledged = printed.flatMap((line) => /^acknowledged (\d+)/.exec(line)?.[1] ?? []).map(Number);
        // Before the first line was taken a bridge may refuse to start, in a sentence.
        const isRefused = acknowledged.length === 0 && code === 1;
        if (!isKilled && !isRefused && (code !== 0 || acknowledged.length !== LINES))
          wrong.push(`${strike}: it ended with ${code} after ${acknowledged.length} lines`);
        const kept = await linesIn(path).catch((error: unknown) => String(error));
        if (typeof kept === "string") wrong.push(`${strike}: ${kept}`);
        else if (acknowledged.some((n) => !kept.includes(n)) || new Set(kept).size !== kept.length)
          wrong.push(`${strike}: acknowledged ${acknowledged}, kept ${kept}`);
        rmSync(folder, { recursive: true, force: true });
      }
      expect(wrong).toEqual([]);
      expect(struck).toBe(strikes.length);
    },
  );

  test("F26 I-1 whenever the power is cut, what was acknowledged has been flushed", { timeout: LONG }, async () => {
    const folder = newFolder();
    const trace = join(folder, "trace");
    const path = join(folder, "store.db");
    await traced(["-o", trace, ...TRACE], [scenario, path]);
    const disk = createDisk();
    const random = seeded(SEED);
    const acknowledged: number[] = [];
    let cuts = 0;
    for await (const step of stepsIn(trace, folder)) {
      if (step.did === "flush") await cutPower(); // whatever came since the flush before is gone
      disk.take(step);
      if (step.did !== "say") continue;
      acknowledged.push(
        ...step.text
          .split("\n")
          .flatMap((line) => /^acknowledged (\d+)/.exec(line)?.[1] ?? [])
          .map(Number),
      );
      await cutPower();
    }
    expect(acknowledged).toHaveLength(LINES);
    expect(cuts).toBeGreaterThan(30);

    async function cutPower(): Promise<void> {
      for (const survives of [() => false, () => random() < 0.5]) {
        cuts++;
        const found = newFolder(existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
        for (const [file, content] of disk.afterPowerCut(survives))
          if (file !== folder) writeFileSync(join(found, basename(file)), content);
        const kept = await linesIn(join(found, "store.db"));
        rmSync(found, { recursive: true, force: true });
        expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => n));
        expect(kept).toEqual(expect.arrayContaining(acknowledged));
      }
    }
  });
});

test.skipIf(noMounting !== null)(
  "F25 a small disk that is full: lines are refused and nothing is torn; when there is space again they are taken",
  async () => {
    const folder = newFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "none", folder]);
    onTestFinished(() => void execFileSync("umount", [folder]));
    const store = sqliteStore(join(folder, "store.db"));
    onTestFinished(() => store.close());
    const ballast = join(folder, "ballast");
    let kept = 0;
    for (let round = 0; round < 3; round++) {
      writeFileSync(ballast, "");
      let refused = 0;
      for (let size = 1 << 20; size >= 4096;) {
        try {
          writeFileSync(ballast, Buffer.alloc(size), { flag: "a" });
        } catch {
          size /= 2; // until not even a page fits
        }
      }
      // The log is there in full length already, so some lines still fit; then it has to grow, or to be written back.
      while (refused < 3) {
        const taken = await say(store, `${round} ${kept} ${"x".repeat(200_000)}`).then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(StoreUnavailable);
            return false;
          },
        );
        if (taken) kept++;
        else refused++;
      }
      expect((await store.entriesAfter(key, 0)).map(({ seq }) => seq)).toEqual(Array.from({ length: kept }, (_, n) => n + 1));
      rmSync(ballast);
      await say(store, `there is space again ${round}`);
      kept++;
    }
    expect(kept).toBeGreaterThan(5);
  },
);

/** Which writes and flushes the scenario has. Filling the log with nothing at first is thousands of writes, of which a few stand for all. */
async function count(): Promise<{ writes: number[]; flushes: number[] }> {
  const folder = newFolder();
  const trace = join(folder, "trace");
  await traced(["-o", trace, "-e", "trace=pwrite64,fsync"], [scenario, join(folder, "store.db")]);
  let write = 0;
  let flush = 0;
  const before: number[][] = [[]];
  for (const line of readFileSync(trace, "latin1").split("\n")) {
    if (/ pwrite64\(/.test(line)) before.at(-1)!.push(++write);
    else if (/ fsync\(/.test(line)) {
      flush++;
      before.push([]);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    writes: before.flatMap((group) => (group.length > 1_000 ? [group[0]!, group[500]!, group.at(-1)!] : group)),
    flushes: Array.from({ length: flush }, (_, n) => n + 1),
  };
}

/** Which lines a store has that is opened on what is left, in order. Fails when they are not numbered without gaps. */
async function linesIn(path: string): Promise<number[]> {
  const store = sqliteStore(path);
  try {
    const entries = await store.entriesAfter(key, 0);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, n) => n + 1));
    return entries.map(({ body }) => (body as { line: number }).line); // as the scenario wrote them
  } finally {
    await store.close();
  }
}

function say(store: Store, text: string) {
  return store.record({
    key,
    factId: text.slice(0, 40),
    decide: (lifecycle) => ({ lifecycle, entries: [text], notes: [], jobs: [], names: [], turns: 0 }),
  });
}

function newFolder(where = tmpdir()): string {
  const folder = mkdtempSync(join(where, "baton-disk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
