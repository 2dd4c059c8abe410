import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { sqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "baton-migrations-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => join(folder, `${++files}.db`);

const key = { site: "shop", id: "c" };
const say = (store: Store, text: string) =>
  store.record({ key, factId: text, decide: (lifecycle) => ({ lifecycle, entries: [text], notes: [], jobs: [], names: [], turns: 0 }) });
const said = async (store: Store) => (await store.entriesAfter(key, 0)).map(({ body }) => body);

test("an empty file gets every table, and what was done is on record", async () => {
  const path = newPath();
  writeFileSync(path, "");
  await sqliteStore(path).close();
  const db = new DatabaseSync(path);
  expect(db.prepare("SELECT number, name FROM migration").all()).toMatchObject([
    { number: 1, name: "0001-conversations.sqlite.sql" },
    { number: 2, name: "0002-claims.sqlite.sql" },
    { number: 3, name: "0003-jobs-by-conversation.sqlite.sql" },
    { number: 4, name: "0004-entries-in-one-order.sqlite.sql" },
    { number: 5, name: "0005-handoffs.sqlite.sql" },
    { number: 6, name: "0006-operators.sqlite.sql" },
    { number: 7, name: "0007-endings.sqlite.sql" },
    { number: 8, name: "0008-visitors.sqlite.sql" },
    { number: 9, name: "0009-audit.sqlite.sql" },
    { number: 10, name: "0010-topic-states.sqlite.sql" },
    { number: 11, name: "0011-tallies.sqlite.sql" },
    { number: 12, name: "0012-destinations.sqlite.sql" },
    { number: 13, name: "0013-opt-outs.sqlite.sql" },
  ]);
  db.close();
});

test("work from before jobs lay with their conversation is still owed, and ids go on where they were", async () => {
  const { path, old } = fileWith("0001-conversations.sqlite.sql", "0002-claims.sqlite.sql");
  const add = old.prepare(`INSERT INTO job (site, conversation, lane, task, input, since, run_at, attempt, put_back, is_claimed)
    VALUES ('shop', 'c', 'vendor', ?, '1', 1, 2, ?, ?, ?)`);
  add.run("done", 0, 0, 0);
  add.run("waiting", 2, 1, 1);
  add.run("next", 0, 0, 0);
  add.run("done", 0, 0, 0);
  old.exec("DELETE FROM job WHERE task = 'done'");
  old.close();
  const store = sqliteStore(path);
  const [waiting] = await store.claimJobs(9, 60_000);
  expect(waiting).toMatchObject({ id: 2, key, task: "waiting", input: 1, attempt: 3, lost: 1 });
  const { claimed } = await store.record({
    key,
    factId: "told",
    decide: (lifecycle) => ({ lifecycle, entries: [], notes: [], jobs: [{ task: "new", input: null }], names: [], turns: 0 }),
    by: { job: waiting!, isDone: true },
    claimForMs: 60_000,
  });
  expect(claimed[0]!.id).toBeGreaterThan(4);
  expect(await store.claimJobs(9, 60_000)).toMatchObject([{ id: 3, task: "next" }]);
  await store.close();
});

test("lines from before all of them lay in one order are there in their own, and the next one follows", async () => {
  const { path, old } = fileWith("0001-conversations.sqlite.sql", "0002-claims.sqlite.sql", "0003-jobs-by-conversation.sqlite.sql");
  const add = old.prepare("INSERT INTO entry (site, conversation, seq, at, body) VALUES ('shop', ?, ?, ?, ?)");
  add.run("c", 2, 7, '"two"');
  add.run("other", 1, 5, '"theirs"');
  add.run("c", 1, 9, '"one"');
  old.close();
  const store = sqliteStore(path);
  await say(store, "three");
  expect(await said(store)).toEqual(["one", "two", "three"]);
  expect(await store.entriesAfter({ site: "shop", id: "other" }, 0)).toMatchObject([{ seq: 1, body: "theirs" }]);
  await store.close();
});

test("handoffs from before there were lists are listed as they stand, and what is noted stays as it was", async () => {
  const { path, old } = fileWith(
    "0001-conversations.sqlite.sql",
    "0002-claims.sqlite.sql",
    "0003-jobs-by-conversation.sqlite.sql",
    "0004-entries-in-one-order.sqlite.sql",
  );
  const add = old.prepare("INSERT INTO note (site, conversation, seq, at, body) VALUES ('shop', ?, ?, ?, ?)");
  const notes = [
    { type: "conversation_began", sharedId: "s" },
    { type: "handoff_initiated", handoff: "h", by: "visitor", destination: "refunds", reason: null, sharedId: "s" },
    { type: "handoff_failed", handoff: "h", cause: "no_route" },
  ];
  for (const [index, note] of notes.entries()) add.run("c", index + 1, 100 + index, JSON.stringify(note));
  add.run("a", 1, 101, JSON.stringify({ ...notes[1], handoff: "earlier" }));
  old.close();
  const store = sqliteStore(path);
  expect((await store.handoffs({ limit: 9 })).handoffs).toMatchObject([
    { id: "h", stage: "failed", cause: "no_route", destination: "refunds", beganAt: new Date(101).toISOString() },
    { id: "earlier", stage: "initiated" },
  ]);
  expect((await store.notes(key)).map(({ body }) => body)).toEqual(notes);
  await store.close();
});

test("when a person came to a handoff is known also of those from before it was kept in the list", async () => {
  const { path, old } = fileWith(
    "0001-conversations.sqlite.sql",
    "0002-claims.sqlite.sql",
    "0003-jobs-by-conversation.sqlite.sql",
    "0004-entries-in-one-order.sqlite.sql",
    "0005-handoffs.sqlite.sql",
  );
  const add = old.prepare("INSERT INTO note (site, conversation, seq, at, body) VALUES ('shop', 'c', ?, ?, ?)");
  add.run(1, 100, JSON.stringify({ type: "handoff_initiated", handoff: "h", by: "visitor", sharedId: "s" }));
  add.run(2, 140, JSON.stringify({ type: "handoff_completed", handoff: "h", agent: null }));
  add.run(3, 150, JSON.stringify({ type: "handoff_initiated", handoff: "alone", by: "visitor", sharedId: "s" }));
  old.close();
  const store = sqliteStore(path);
  expect((await store.handoffs({ limit: 9 })).handoffs.map(({ id, acceptedAt }) => [id, acceptedAt])).toEqual([
    ["alone", null],
    ["h", new Date(140).toISOString()],
  ]);
  await store.close();
});

test("what happened before anything was counted is counted as if it had been", async () => {
  const { path, old } = fileWith(
    "0001-conversations.sqlite.sql",
    "0002-claims.sqlite.sql",
    "0003-jobs-by-conversation.sqlite.sql",
    "0004-entries-in-one-order.sqlite.sql",
    "0005-handoffs.sqlite.sql",
    "0006-operators.sqlite.sql",
    "0007-endings.sqlite.sql",
    "0008-visitors.sqlite.sql",
    "0009-audit.sqlite.sql",
    "0010-topic-states.sqlite.sql",
  );
  const add = old.prepare("INSERT INTO note (site, conversation, seq, at, body) VALUES ('shop', ?, ?, ?, ?)");
  const began = { type: "conversation_began", visitor: { language: "en" } };
  const initiated = {
    type: "handoff_initiated",
    handoff: "h",
    by: "visitor",
    destination: "refunds",
    reason: "a whole sentence",
    sharedId: "s",
  };
  const notes = [
    [100, began],
    [200, initiated],
    [300, { type: "queued", handoff: "h" }],
    [900, { type: "handoff_failed", handoff: "h", cause: "waited_too_long" }],
    [901, { ...initiated, handoff: "next", by: "fallback" }],
    [999, { type: "handoff_completed", handoff: "next", agent: null }],
  ] as const;
  for (const [index, [at, note]] of notes.entries()) add.run("c", index + 1, at, JSON.stringify(note));
  add.run("quiet", 1, 100, JSON.stringify(began));
  old.close();
  const store = sqliteStore(path);
  const by = (by: "language" | "reason") => store.tallies({ by, since: "1970-01-01", until: "1970-01-01" });
  const times = { queued: 1, leftQueue: 1, queueMs: 600, accepted: 1, acceptedMs: 98 };
  const told = { handoffs: 2, failed: 1, fellBack: 1, abandoned: 0, ...times };
  expect(await by("language")).toEqual([{ value: "en", conversations: 2, handedOff: 1, ...told }]);
  expect(await by("reason")).toEqual([{ value: "other", conversations: 0, handedOff: 0, ...told }]);
  await store.close();
});

test("an existing file keeps what it holds, and nothing is done twice", async () => {
  const path = newPath();
  for (const text of ["one", "two", "three"]) {
    const store = sqliteStore(path);
    await say(store, text);
    await store.close();
  }
  const store = sqliteStore(path);
  expect(await said(store)).toEqual(["one", "two", "three"]);
  await store.close();
});

test("one that fails leaves the file as it was", () => {
  const path = newPath();
  const foreign = new DatabaseSync(path);
  foreign.exec("CREATE TABLE entry (somebody_elses TEXT)");
  foreign.close();
  expect(() => sqliteStore(path)).toThrow(`${path} cannot be used: table entry already exists.`);
  const db = new DatabaseSync(path);
  expect(db.prepare("SELECT name FROM sqlite_master").all()).toMatchObject([{ name: "entry" }]);
  db.close();
});

/** A file as a bridge left it that knew only these migrations. */
function fileWith(...names: string[]): { path: string; old: DatabaseSync } {
  const path = newPath();
  const old = new DatabaseSync(path);
  old.exec("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT");
  for (const [index, name] of names.entries()) {
    old.exec(readFileSync(new URL(`./migrations/${name}`, import.meta.url), "utf8"));
    old.prepare("INSERT INTO migration VALUES (?, ?, 0)").run(index + 1, name);
  }
  return { path, old };
}
