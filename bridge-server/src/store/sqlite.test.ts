import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { openSqliteFile } from "./sqlite-file.ts";
import { sqliteStore, storeOn } from "./sqlite.ts";
import { StoreUnavailable, type Decide, type Store } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => join(folder, `${++files}.db`);
const now = () => new Date();

const key = { site: "shop", id: "c" };
const saying =
  (text: string): Decide =>
  (lifecycle) => ({ lifecycle, entries: [text], notes: [], jobs: [], names: [], turns: 0 });
const say = (store: Store, text: string) => store.record({ key, factId: text, decide: saying(text) });
const said = async (store: Store) => (await store.entriesAfter(key, 0)).map(({ body }) => body);

describe("a bridge that is killed", () => {
  test("has kept every line it acknowledged, numbered without gaps (I-1, I-3, F26)", async () => {
    const path = newPath();
    for (let kill = 0; kill < 3; kill++) {
      const acknowledged = await writeUntilKilled(path, kill);
      const store = sqliteStore(path);
      const kept = await store.entriesAfter(key, 0);
      await store.close();
      expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1));
      const texts = new Set(kept.map(({ body }) => body));
      expect(acknowledged.length).toBeGreaterThan(20);
      expect(acknowledged.filter((text) => !texts.has(text))).toEqual([]);
    }
  });
});

describe("the work of a bridge that is gone (F20, I-6)", () => {
  const lease = 120_000;
  const owing = (...tasks: string[]): Decide => {
    const jobs = tasks.map((task) => ({ task, input: null, lane: task }));
    return (lifecycle) => ({ lifecycle, entries: [], notes: [], jobs, names: [], turns: 0 });
  };

  test("is due at once for the next, who is told that somebody vanished with it", async () => {
    const path = newPath();
    const gone = sqliteStore(path);
    const { claimed } = await gone.record({ key, factId: "one", decide: owing("ask"), claimForMs: lease });
    await gone.record({ key, factId: "two", decide: owing("tell") });
    expect([...claimed, ...(await gone.claimJobs(9, lease))]).toHaveLength(2);
    await gone.close();
    const next = sqliteStore(path);
    const again = await next.claimJobs(9, lease);
    expect(again.map(({ task, attempt, lost }) => ({ task, attempt, lost }))).toEqual([
      { task: "ask", attempt: 2, lost: 1 },
      { task: "tell", attempt: 2, lost: 1 },
    ]);
    await next.close();
  });

  test("that was put back for later still waits, also if somebody had vanished with it before", async () => {
    const path = newPath();
    const first = sqliteStore(path);
    await first.record({ key, factId: "one", decide: owing("ask"), claimForMs: lease });
    await first.close();
    const second = sqliteStore(path);
    const [job] = await second.claimJobs(9, lease);
    await second.finishJob(job!, new Date(Date.now() + lease));
    await second.close();
    const third = sqliteStore(path);
    expect(await third.claimJobs(9, lease)).toEqual([]);
    await third.close();
    const later = sqliteStore(path, { now: () => new Date(Date.now() + 2 * lease) });
    expect(await later.claimJobs(9, lease)).toMatchObject([{ task: "ask", attempt: 3, lost: 1 }]);
    await later.close();
  });
});

describe("one file belongs to one bridge", () => {
  test("a second one is told so, and may have it after the first has gone (F41)", async () => {
    const path = newPath();
    const first = sqliteStore(path);
    await say(first, "one");
    expect(() => sqliteStore(path)).toThrow(`${path} is in use: another bridge is running on it.`);
    await say(first, "two");
    await first.close();
    const second = sqliteStore(path);
    expect(await said(second)).toEqual(["one", "two"]);
    await second.close();
  });
});

describe("a file that cannot be used is told in one sentence (F41)", () => {
  test("something that is not a database", () => {
    const path = newPath();
    writeFileSync(path, "Dear diary, ".repeat(100));
    expect(() => sqliteStore(path)).toThrow(`${path} is not a database: name another file, or move it away.`);
  });

  test("a folder instead of a file", () => {
    expect(() => sqliteStore(folder)).toThrow(`${folder} cannot be opened: its folder may not be written, or it is not a file.`);
  });

  test("a folder that cannot be made", () => {
    const path = join(newPath(), "no", "way", "bridge.db");
    expect(() => sqliteStore(path)).toThrow(`${path} cannot be used: ENOENT`);
  });

  test("a database from a newer version, which is left as it is", async () => {
    const path = newPath();
    await sqliteStore(path).close();
    const newer = new DatabaseSync(path);
    newer.exec("INSERT INTO migration VALUES (9999, '9999-tomorrow.sqlite.sql', 0)");
    newer.close();
    expect(() => sqliteStore(path)).toThrow(/^\S+ was written by a newer version of Baton \(9999, this one knows \d+\)\.$/);
    expect(() => sqliteStore(path)).toThrow("newer"); // the refusal has let go of the file
  });
});

test("a line that comes alone after several came together is waited for, and saved before the process may end", async () => {
  const program = `
    import { sqliteStore } from ${JSON.stringify(new URL("./sqlite.ts", import.meta.url).href)};
    const store = sqliteStore(${JSON.stringify(newPath())});
    const say = (text) => store.record({ key: { site: "shop", id: "c" }, factId: text,
      decide: (lifecycle) => ({ lifecycle, entries: [text], notes: [], jobs: [], names: [], turns: 0 }) });
    await Promise.all([say("one"), say("two"), say("three")]);
    const { entries } = await say("four");
    console.log(entries[0].seq);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [[printed]] = await Promise.all([once(child.stdout, "data"), once(child, "exit")]);
  expect(String(printed)).toBe("4\n");
  expect(child.exitCode).toBe(0);
});

test("the file is opened so that an acknowledged write has reached the disk, and is read by nobody else meanwhile", () => {
  const db = openSqliteFile(newPath(), now);
  const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma("journal_mode")).toBe("wal");
  expect(pragma("synchronous")).toBe(2); // FULL
  expect(pragma("locking_mode")).toBe("exclusive");
  expect(pragma("mmap_size")).toBe(0);
  db.close();
});

describe("a disk that is full (F25)", () => {
  test("fails what could not be saved, keeps the rest, and takes new lines when there is space again", async () => {
    const path = newPath();
    const db = openSqliteFile(path, now);
    const store = storeOn(db, now);
    await say(store, "before");
    const pages = Number(Object.values(db.prepare("PRAGMA page_count").get()!)[0]);
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const results = await Promise.allSettled([say(store, "x".repeat(100_000)), say(store, "short"), say(store, "y".repeat(100_000))]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    expect(results[0]).toMatchObject({ reason: expect.any(StoreUnavailable) }); // whoever asked may come again
    expect(await said(store)).toEqual(["before", "short"]);
    db.exec("PRAGMA max_page_count = 1000000");
    expect((await say(store, "x".repeat(100_000))).entries).toMatchObject([{ seq: 3 }]);
    await store.close();
  });

  test("a flush that fails is told to everybody whose line was in it, and nothing of it is kept", async () => {
    const path = newPath();
    const db = openSqliteFile(path, now);
    const store = storeOn(db, now);
    await say(store, "before");
    // A foreign key that is only checked by COMMIT stands in for a disk that fails there.
    db.exec("CREATE TABLE broken (id INTEGER PRIMARY KEY, other INTEGER REFERENCES broken (id) DEFERRABLE INITIALLY DEFERRED)");
    db.exec("CREATE TRIGGER breaks AFTER INSERT ON entry BEGIN INSERT INTO broken (other) VALUES (99); END");
    const results = await Promise.allSettled([say(store, "one"), say(store, "two")]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await said(store)).toEqual(["before"]);
    db.exec("DROP TRIGGER breaks");
    expect((await Promise.all([say(store, "one"), say(store, "two")])).map(({ entries }) => entries[0]?.seq)).toEqual([2, 3]);
    await store.close();
  });
});

describe("closing", () => {
  test("saves what still waits, and says so to whoever comes too late", async () => {
    const path = newPath();
    const store = sqliteStore(path);
    const last = say(store, "last");
    await store.close();
    expect((await last).entries).toHaveLength(1);
    await expect(say(store, "too late")).rejects.toThrow(new StoreUnavailable("the store is closed"));
    await expect(said(store)).rejects.toThrow(new StoreUnavailable("the store is closed"));
    await store.close(); // a second time does nothing
    expect(existsSync(`${path}-wal`)).toBe(false);
    const again = sqliteStore(path);
    expect(await said(again)).toEqual(["last"]);
    await again.close();
  });
});

/** Lets another process write lines, four at a time, and kills it in the middle. Tells which ones it acknowledged. */
async function writeUntilKilled(path: string, run: number): Promise<string[]> {
  const program = `
    const { sqliteStore } = await import(${JSON.stringify(new URL("./sqlite.ts", import.meta.url).href)});
    const store = sqliteStore(${JSON.stringify(path)});
    const decide = (text) => (lifecycle) => ({ lifecycle, entries: [text], notes: [], jobs: [], names: [], turns: 0 });
    for (let n = 0; ; n += 4) await Promise.all([0, 1, 2, 3].map(async (more) => {
      const text = "${run}-" + (n + more);
      await store.record({ key: ${JSON.stringify(key)}, factId: text, decide: decide(text) });
      process.stdout.write(text + "\\n");
    }));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const acknowledged: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(line);
    if (acknowledged.length === 200 + run * 37) child.kill("SIGKILL");
  }
  await exited;
  return acknowledged;
}
