import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { doubtsAboutPostgres } from "@baton/bridge-server/store/postgres-doubts";
import { StoreUnavailable } from "@baton/bridge-server/store/store";
import { Client } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { asking, opened, storeOverLine } from "./postgres-under-test.ts";
import { LATER, bodies, bug, deciding, gone, happen, owing, saying, someone, upTo } from "./store-under-test.ts";

if (noPostgres !== null) test.skip(`PostgreSQL under failure: ${noPostgres}`);

describe.skipIf(noPostgres !== null)("round trips", () => {
  test("a fact is one when the lifecycle is known here, and two when it is not", async () => {
    const { store, line } = await storeOverLine();
    const key = someone();
    await happen(store, key, saying("one"));
    const trips = async (work: () => Promise<unknown>) => {
      const before = line.requests();
      await work();
      return line.requests() - before;
    };
    const job = { task: "ask", input: 1, lane: "assistant" };
    const whole = deciding({
      lifecycle: gone,
      entries: ["a", "b"],
      notes: ["n"],
      jobs: [job],
      names: [{ kind: "token", value: key.id }],
      turns: 1,
    });
    expect(await trips(() => happen(store, key, whole, { claimForMs: LATER }))).toBe(1);
    await happen(store, someone(), saying("elsewhere")); // both statements have been planned by now
    expect(await trips(() => happen(store, someone(), saying("elsewhere")))).toBe(2);
  });

  test("a lifecycle that another bridge changed is decided on again, as it is now", async () => {
    const url = await newPostgresDatabase();
    const [one, two] = [await opened(url), await opened(url)];
    const key = someone();
    await happen(one, key, saying("begins"));
    await happen(two, key, deciding({ lifecycle: gone }));
    const { lifecycle, entries } = await happen(one, key, (now) => deciding({ entries: [now.phase] })(now));
    expect({ lifecycle, said: entries[0]?.body }).toEqual({ lifecycle: gone, said: "ended" });
  });

  test("a fact that another bridge knows already is not decided, even if deciding it would fail now", async () => {
    const url = await newPostgresDatabase();
    const [one, two] = [await opened(url), await opened(url)];
    const key = someone();
    await happen(one, key, saying("begins"));
    await two.record({ key, factId: "same", decide: saying("said once") });
    expect((await one.record({ key, factId: "same", decide: bug })).repeats).toEqual({ digest: null, firstSeq: 2 });
  });
});

describe.skipIf(noPostgres !== null)("many bridges on one database (F28)", () => {
  test("a change of a handoff has no number before every lower one can be read", async () => {
    const url = await newPostgresDatabase();
    const store = await opened(url);
    const [slow, quick] = [someone(), someone()];
    const note = (handoff: string) => ({ type: "handoff_initiated", handoff, by: "visitor" });
    for (const key of [slow, quick]) await happen(store, key, saying("begins"));
    const other = await asking(url);
    await other("BEGIN");
    await other("INSERT INTO baton.note (site, conversation, seq, at, body) VALUES ($1, $2, 1, now(), $3)", [
      slow.site,
      slow.id,
      note("a"),
    ]);
    const behind = happen(store, quick, deciding({ notes: [note("b")] }));
    const isWaiting = async () => (await other("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).length > 0;
    await expect.poll(() => isWaiting()).toBe(true);
    expect(await store.handoffChanges(0, 10)).toEqual([]);
    await other("COMMIT");
    await behind;
    expect((await store.handoffChanges(0, 10)).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("number entries without gaps and count every fact once, whoever is asked (I-2, I-3)", async () => {
    const url = await newPostgresDatabase();
    const stores = await Promise.all(upTo(3).map(() => opened(url)));
    const keys = [someone(), someone()];
    await Promise.all(
      upTo(60).flatMap((n) => keys.flatMap((key) => stores.map((store) => store.record({ key, factId: `fact ${n}`, decide: saying(n) })))),
    );
    for (const key of keys) {
      const entries = await stores[0]!.entriesAfter(key, 0);
      expect(entries.map(({ seq }) => seq)).toEqual(upTo(60));
      expect(entries.map(({ body }) => Number(body)).sort((a, b) => a - b)).toEqual(upTo(60));
      expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort());
    }
  });

  test("give each job to one of them, and those of a lane in order", async () => {
    const url = await newPostgresDatabase();
    const stores = await Promise.all(upTo(3).map(() => opened(url)));
    const keys = upTo(5).map(() => someone());
    for (const key of keys) await happen(stores[0]!, key, owing(...upTo(8).map((n) => ({ task: "tell", input: n, lane: "vendor" }))));
    const told = new Map(keys.map(({ id }) => [id, [] as unknown[]]));
    await Promise.all(
      stores.map(async (store) => {
        while ([...told.values()].some((inputs) => inputs.length < 8)) {
          for (const job of await store.claimJobs(2, LATER)) {
            told.get(job.key.id)!.push(job.input);
            await store.finishJob(job);
          }
        }
      }),
    );
    expect([...told.values()]).toEqual(keys.map(() => upTo(8)));
  });

  test("agree on who holds a job although their clocks differ by an hour (F35)", async () => {
    const url = await newPostgresDatabase();
    const now = Date.now();
    const hourAhead = (moreMs = 0) => new Date(Date.now() + 60 * 60_000 + moreMs);
    const [ahead, right] = [await opened(url, { own: hourAhead }), await opened(url)];
    const key = someone();
    await happen(ahead, key, owing({ task: "ask" }, { task: "remind", runAt: hourAhead(600_000) }));
    const [job] = await right.claimJobs(9, LATER);
    expect(job?.task).toBe("ask");
    expect(Math.abs(Date.parse(job!.since) - now)).toBeLessThan(60_000);
    expect(await ahead.claimJobs(9, LATER)).toEqual([]);
    await ahead.finishJob(job!, hourAhead(600_000));
    expect(await right.claimJobs(9, LATER)).toEqual([]);
    await happen(right, key, saying("by the database's clock"));
    const [entry] = await ahead.entriesAfter(key, 0);
    expect(Math.abs(Date.parse(entry!.at) - now)).toBeLessThan(60_000);
  });
});

describe.skipIf(noPostgres !== null)("a connection that breaks (F23)", () => {
  const fact = (key = someone()) => ({
    key,
    factId: "line",
    claimForMs: LATER,
    decide: deciding({ entries: ["hi"], jobs: [{ task: "ask", input: 1 }] }),
  });

  test("after COMMIT was sent: what was saved is found again, and belongs to whoever saved it", async () => {
    const { store, line } = await storeOverLine();
    const key = someone();
    await happen(store, key, saying("before"));
    line.loseNextAnswer();
    const { entries, repeats, claimed } = await store.record(fact(key));
    expect({ entries, repeats, claimed }).toMatchObject({
      entries: [{ seq: 2, body: "hi" }],
      repeats: null,
      claimed: [{ task: "ask", attempt: 1, lost: 0 }],
    });
    expect(await bodies(store, key)).toEqual(["before", "hi"]);
    expect(await store.claimJobs(9, LATER)).toEqual([]);
    expect((await store.record(fact(key))).repeats).toEqual({ digest: null, firstSeq: 2 });
  });

  test("before the database has heard: the fact is saved with the next connection", async () => {
    const { store, line } = await storeOverLine();
    const key = someone();
    await happen(store, key, saying("before"));
    line.loseNextRequest();
    expect((await store.record(fact(key))).entries).toMatchObject([{ seq: 2 }]);
    expect(await bodies(store, key)).toEqual(["before", "hi"]);
  });

  test("while jobs are claimed: they are the claimer's, not lost until their leases are over", async () => {
    const { store, line } = await storeOverLine();
    await happen(store, someone(), owing({ task: "ask" }));
    expect(await store.claimJobs(0, LATER)).toEqual([]); // planned, so that the next is one request
    line.loseNextAnswer();
    expect(await store.claimJobs(9, LATER)).toMatchObject([{ task: "ask", attempt: 1, lost: 0 }]);
  });

  test("while a job is put back: it is put back once", async () => {
    const { store, line } = await storeOverLine();
    await happen(store, someone(), owing({ task: "ask" }));
    const [job] = await store.claimJobs(9, LATER);
    line.loseNextAnswer();
    await store.finishJob(job!, new Date());
    await expect.poll(() => store.claimJobs(9, LATER)).toMatchObject([{ attempt: 2, lost: 0 }]);
  });

  test("for longer: every call says that the store is unavailable, and works again afterwards without a restart (I-18)", async () => {
    const { store, line } = await storeOverLine();
    const key = someone();
    await happen(store, key, saying("before"));
    line.cut();
    const calls = [store.record(fact(key)), store.entriesAfter(key, 0), store.read(key), store.claimJobs(1, LATER)];
    const results = await Promise.allSettled(calls);
    expect(results.map((result) => result.status === "rejected" && result.reason)).toEqual(calls.map(() => expect.any(StoreUnavailable)));
    line.mend();
    expect((await store.record(fact(key))).repeats).toBeNull();
    expect(await bodies(store, key)).toEqual(["before", "hi"]);
  });

  test("silently: a call gives up after some seconds, and the store works again afterwards", async () => {
    const { store, line } = await storeOverLine();
    await happen(store, someone(), saying("before"));
    line.hush();
    const start = performance.now();
    await expect(store.entriesAfter(someone(), 0)).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - start).toBeLessThan(10_000);
    line.mend();
    expect(await store.entriesAfter(someone(), 0)).toEqual([]);
  });

  test("at the server's end, by an operator or a crash: work goes on", async () => {
    const { store, query } = await storeOverLine();
    const key = someone();
    for (const n of upTo(5)) {
      await query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'baton' AND datname = current_database()",
      );
      await happen(store, key, saying(n));
    }
    expect(await bodies(store, key)).toEqual(upTo(5));
  });
});

describe.skipIf(noPostgres !== null)("a database that is busy or refuses", () => {
  test("a conversation that somebody holds on to is given up, and harms no other", async () => {
    const { store, query } = await storeOverLine({ most: 2 });
    const [held, free] = [someone(), someone()];
    await happen(store, held, saying("before"));
    await query("BEGIN");
    await query("SELECT FROM baton.conversation WHERE id = $1 FOR UPDATE", [held.id]);
    const stuck = happen(store, held, saying("stuck"));
    stuck.catch(() => {}); // told below
    expect((await happen(store, free, saying("free"))).entries).toHaveLength(1);
    await expect(stuck).rejects.toThrow(StoreUnavailable);
    await query("ROLLBACK");
    expect((await happen(store, held, saying("after"))).entries).toMatchObject([{ seq: 2 }]);
  });

  test("one that has become a replica is unavailable, not broken (F24)", async () => {
    const { store, query, url } = await storeOverLine();
    const name = new URL(url).pathname.slice(1);
    await query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'baton' AND datname = current_database()");
    await expect(happen(store, someone(), saying("hi"))).rejects.toThrow(StoreUnavailable);
  });
});

test.skipIf(noPostgres !== null)(
  "a bridge that is killed has kept every line it acknowledged, numbered without gaps (I-1, I-3)",
  async () => {
    const url = await newPostgresDatabase();
    const store = await opened(url);
    const key = someone();
    const module = new URL(import.meta.resolve("@baton/bridge-server/store/postgres")).href;
    const program = `
    const { postgresStore } = await import(${JSON.stringify(module)});
    const store = await postgresStore(${JSON.stringify(url)});
    const decide = (text) => (lifecycle) => ({ lifecycle, entries: [text], notes: [], jobs: [], names: [], turns: 0 });
    for (let n = 0; ; n += 4) await Promise.all([0, 1, 2, 3].map(async (more) => {
      await store.record({ key: ${JSON.stringify(key)}, factId: "f" + (n + more), decide: decide(n + more) });
      process.stdout.write(n + more + "\\n");
    }));`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const acknowledged: number[] = [];
    for await (const line of createInterface(child.stdout)) if (acknowledged.push(Number(line)) === 150) child.kill("SIGKILL");
    await exited;
    const kept = await store.entriesAfter(key, 0);
    expect(kept.map(({ seq }) => seq)).toEqual(upTo(kept.length));
    expect(acknowledged.filter((n) => !kept.some(({ body }) => body === n))).toEqual([]);
  },
);

describe.skipIf(noPostgres !== null)("a database that is set up so that it may lose what it acknowledged is doubted (F24)", () => {
  test("one with its own defaults is not", async () => {
    expect(await doubtsAboutPostgres(await newPostgresDatabase())).toEqual([]);
  });

  test("one that acknowledges before its disk has it is, and so is one with too few connections", async () => {
    const url = await newPostgresDatabase();
    const query = await asking(url);
    await query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    expect(await doubtsAboutPostgres(url, { most: 1_000 })).toEqual([
      "synchronous_commit is off: a crash of the database loses lines that visitors were told are sent. Turn it on.",
      expect.stringMatching(/^max_connections is \d+: each bridge takes up to 1001, so there is hardly room for a rolling restart\.$/),
    ]);
  });

  test("one with a standby that it does not wait for is", async () => {
    const url = await newPostgresDatabase();
    // What a standby does first; the types of `pg` do not know that it can.
    const standby = new Client(Object.assign({ connectionString: url }, { replication: "true" }));
    await standby.connect();
    onTestFinished(() => standby.end());
    expect(await doubtsAboutPostgres(url)).toEqual([expect.stringContaining("has a standby and does not wait for it")]);
  });
});
