import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { postgresStore } from "@baton/bridge-server/store/postgres";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import type { Store } from "@baton/bridge-server/store/store";
import { Client } from "pg";
import { startPostgres } from "../engines/postgres.ts";

const FEW = 1_000;
const MANY = 1_000_000;
const TIMES = 200;
const BEGAN = Date.parse("2026-11-22T12:00:00.000Z");
/** Every ten seconds one begins: a million take four months. */
const APART_MS = 10_000;
const SITES = 20;

/** What a page costs among many, beside what it costs among few: medians, and the slowest of a hundred, in milliseconds. */
export interface ListCost {
  list: string;
  store: string;
  few: { median: number; p99: number };
  many: { median: number; p99: number };
}

/** Reads every kind of page that an operator can ask for, where a thousand conversations are and where a million are. */
export async function listBench(): Promise<ListCost[]> {
  const folder = mkdtempSync(join(tmpdir(), "baton-lists-"));
  const server = await startPostgres();
  try {
    const costs: ListCost[] = [];
    for (const store of ["sqlite", "postgres"] as const) {
      const open = (count: number) =>
        store === "sqlite" ? filledSqlite(join(folder, `${count}.db`), count) : filledPostgres(server, count);
      const [few, many] = [await open(FEW), await open(MANY)];
      for (const [list, read] of Object.entries(lists)) {
        costs.push({ list, store, few: await measured((n) => read(few, FEW, n)), many: await measured((n) => read(many, MANY, n)) });
      }
      await Promise.all([few.close(), many.close()]);
    }
    return costs;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `n` differs at each call, so that no page is asked for twice. */
const lists: Record<string, (store: Store, count: number, n: number) => Promise<unknown>> = {
  "conversations, from the middle": (store, count, n) =>
    store.conversations({ before: { beganAt: timeOf(Math.floor(count / 2) + n), site: "", id: "" }, limit: 50 }),
  "conversations of a site": (store, _, n) => store.conversations({ site: `shop-${n % SITES}`, limit: 50 }),
  "conversations in a rare phase": (store) => store.conversations({ phase: "live", limit: 50 }),
  "conversations by the beginning of an id": (store, count, n) =>
    store.conversations({ text: { begins: `c${String(count - n).padStart(8, "0")}`, or: null }, limit: 50 }),
  "handoffs, from the middle": (store, count, n) =>
    store.handoffs({ before: { beganAt: timeOf(Math.floor(count / 2) + n), number: 0 }, limit: 50 }),
  "handoffs that failed": (store) => store.handoffs({ stage: "failed", limit: 50 }),
  "handoffs of a destination": (store, _, n) => store.handoffs({ destination: `refunds-${n % SITES}`, limit: 50 }),
  "numbers of four weeks by destination": (store, count, n) => {
    const at = Math.floor(count / 2) + n;
    const dayOf = (ms: number) => new Date(BEGAN + at * APART_MS + ms).toISOString().slice(0, 10);
    return store.tallies({ by: "destination", since: dayOf(0), until: dayOf(27 * 24 * 60 * 60_000) });
  },
  "how a site's routes fared in three hours": (store, count, n) => store.destinationCounts(`shop-${n % SITES}`, timeOf(count - FEW + n)),
  "when a person last came to a destination": (store, _, n) => store.lastAcceptedAt(`shop-${n % SITES}`, `refunds-${n % SITES}`),
  "handoffs by the beginning of an id": (store, count, n) => store.handoffs({ text: `h${String(count - n).padStart(8, "0")}`, limit: 50 }),
};

const timeOf = (n: number) => new Date(BEGAN + n * APART_MS).toISOString();

async function measured(read: (n: number) => Promise<unknown>): Promise<ListCost["few"]> {
  for (let n = 0; n < 20; n++) await read(TIMES + n);
  const took: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const from = performance.now();
    await read(n);
    took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  return { median: took[Math.floor(TIMES / 2)]!, p99: took[Math.floor(TIMES * 0.99)]! }; // within the list
}

async function filledSqlite(path: string, count: number): Promise<Store> {
  await sqliteStore(path).close();
  const db = new DatabaseSync(path);
  const each = `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count})`;
  db.exec(`PRAGMA synchronous = OFF; BEGIN; DROP TRIGGER handoff_first_counted; -- counted below, in one go
    INSERT INTO conversation (site, id, lifecycle, began_at, seen_at) ${each}
      SELECT 'shop-' || (n % ${SITES}), printf('c%08d', n), json_object('phase', iif(n % 50 = 0, 'live', 'ended'), 'by', 'agent'),
        ${BEGAN} + n * ${APART_MS}, 0 FROM n;
    INSERT INTO handoff (number, change, site, conversation, id, destination, state, stage, step, began_at, changed_at, accepted_at) ${each}
      SELECT n, n, 'shop-' || (n % ${SITES}), printf('c%08d', n), printf('h%08d', n), 'refunds-' || (n % ${SITES}),
        iif(n % 50 = 0, 'handoff_failed', 'handoff_completed'), iif(n % 50 = 0, 'failed', 'ended'), 'ended',
        ${BEGAN} + n * ${APART_MS}, ${BEGAN} + n * ${APART_MS}, iif(n % 50 = 0, NULL, ${BEGAN} + n * ${APART_MS} + 1) FROM n;
    INSERT INTO tally (day, site, dimension, value, part, handoffs, failed)
      SELECT day, site, dimension, value, 0, sum(handoffs), sum(failed) FROM handoff_tally GROUP BY day, site, dimension, value; COMMIT`);
  db.close();
  return sqliteStore(path);
}

async function filledPostgres(server: Awaited<ReturnType<typeof startPostgres>>, count: number): Promise<Store> {
  const url = await server.newDatabase();
  const store = await postgresStore(url);
  const client = new Client({ connectionString: url });
  await client.connect();
  const at = `'${timeOf(0)}'::timestamptz + n * interval '${APART_MS} milliseconds'`;
  await client.query(`
    ALTER TABLE baton.handoff DISABLE TRIGGER USER; -- counted below, in one go
    INSERT INTO baton.conversation (site, id, version, lifecycle, began_at)
      SELECT 'shop-' || (n % ${SITES}), 'c' || lpad(n::text, 8, '0'), 1,
        json_build_object('phase', CASE WHEN n % 50 = 0 THEN 'live' ELSE 'ended' END, 'by', 'agent'), ${at} FROM generate_series(1, ${count}) AS n;
    INSERT INTO baton.handoff (number, change, site, conversation, id, destination, state, stage, step, began_at, changed_at, accepted_at)
      SELECT n, n, 'shop-' || (n % ${SITES}), 'c' || lpad(n::text, 8, '0'), 'h' || lpad(n::text, 8, '0'), 'refunds-' || (n % ${SITES}),
        CASE WHEN n % 50 = 0 THEN 'handoff_failed' ELSE 'handoff_completed' END, CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'ended' END, 'ended',
        ${at}, ${at}, CASE WHEN n % 50 = 0 THEN NULL ELSE ${at} + interval '1 millisecond' END FROM generate_series(1, ${count}) AS n;
    INSERT INTO baton.tally (day, site, dimension, value, part, handoffs, failed)
      SELECT day, site, dimension, value, 0, sum(handoffs), sum(failed) FROM baton.handoff_tally GROUP BY day, site, dimension, value;
    ALTER TABLE baton.handoff ENABLE TRIGGER USER`);
  await client.query("VACUUM ANALYZE");
  await client.end();
  return store;
}

export function printListBench(costs: ListCost[]): void {
  console.log(`A page of 50, among ${FEW} and among ${MANY} conversations: median and p99, in ms`);
  for (const { list, store, few, many } of costs) {
    const told = [few, many].map(({ median, p99 }) => `${median.toFixed(2)} / ${p99.toFixed(2)}`.padStart(14)).join("  ");
    console.log(`${store.padEnd(9)} ${list.padEnd(42)} ${told}   ${(many.median / few.median).toFixed(2)} times`);
  }
}

if (import.meta.main) printListBench(await listBench());
