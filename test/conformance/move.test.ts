import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { checkAudit } from "@baton/bridge-server/store/audit";
import { moveToPostgres } from "@baton/bridge-server/store/move";
import { indexes } from "@baton/bridge-server/store/postgres-indexes";
import { migrations } from "@baton/bridge-server/store/postgres-migrations";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import type { Store } from "@baton/bridge-server/store/store";
import { describe, expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { asking, opened } from "./postgres-under-test.ts";
import { LATER, bodies, bug, deciding, gone, happen, owing, saying, someone, upTo } from "./store-under-test.ts";

const newFile = () => join(mkdtempSync(join(tmpdir(), "baton-move-")), "baton.db");
const HANDOFF = { type: "handoff_initiated", handoff: "h-1", by: "visitor", destination: null, reason: "ünïcödé 👋", sharedId: "s-1" };
const awkward = "Zoë's „ünïcödé“ \u0000 \ud800 👋 \\u0000";

describe.skipIf(noPostgres !== null)(`moving a file into a database${noPostgres === null ? "" : ` (${noPostgres})`}`, () => {
  test("takes everything along: what was said and noted, names, spending, and the work owed", async () => {
    const [file, url] = [newFile(), await newPostgresDatabase()];
    const { key, other, today } = await filled(file);
    const sqlite = sqliteStore(file);
    const before = await everything(sqlite, key, today);
    await sqlite.close();

    const moved = await moveToPostgres(file, url);
    expect(moved.map(({ table, rows }) => [table, rows])).toEqual([
      ["conversation", 602],
      ["seen", 602],
      ["entry", 1_204],
      ["note", 4],
      ["handoff", 1],
      ["ending", 1],
      ["visitor", 1],
      ["mark", 1],
      ["audit", 2],
      ["destinations", 1],
      ["operator_key", 1],
      ["tally", 7],
      ["fact", 1_206],
      ["job", 2],
      ["name", 2],
      ["spending", 1],
    ]);
    const store = await opened(url);
    expect(await everything(store, key, today)).toEqual(before);
    expect(await bodies(store, other)).toEqual(["theirs"]);
    expect((await store.record({ key, factId: "first", decide: bug })).repeats).toEqual({ digest: "d", firstSeq: 1 });
    expect((await happen(store, key, saying("next"))).entries).toMatchObject([{ seq: 4 }]);
    const claimed = await store.claimJobs(9, LATER);
    expect(claimed.map(({ task, attempt, lost }) => ({ task, attempt, lost }))).toEqual([{ task: "tell", attempt: 2, lost: 1 }]);
    const { claimed: later } = await happen(store, someone(), owing({ task: "new" }), { claimForMs: LATER });
    expect((await store.handoffs({ limit: 9 })).handoffs).toMatchObject([{ id: "h-1", reason: HANDOFF.reason, change: 1 }]);
    await happen(store, key, deciding({ notes: [{ type: "try_failed", handoff: "h-1", cause: "down" }] }));
    expect(await store.handoffChanges(1, 9)).toMatchObject([{ id: "h-1", tries: 1, change: 2 }]);
    await happen(store, key, deciding({ notes: [{ type: "rated", score: 5, comment: null }] }));
    expect(await store.endingsOf(key)).toEqual([1, 2]);
    expect(await store.addAudit("{}")).toMatchObject({ number: 3 });
    const days = { since: "2000-01-01", until: "2999-01-01" };
    expect(await store.tallies({ by: "site", ...days })).toMatchObject([{ value: "shop", handoffs: 1, failed: 0 }]);
    await happen(store, key, deciding({ notes: [{ type: "handoff_failed", handoff: "h-1", cause: "no_route" }] }));
    expect(await store.tallies({ by: "cause", ...days })).toMatchObject([{ value: "no_route", handoffs: 1, failed: 1 }]);
    expect(later[0]!.id).toBeGreaterThan(Math.max(...claimed.map(({ id }) => id)) + 1); // also than that of a job that is done
  });

  test("is refused while a bridge has the file", async () => {
    const file = newFile();
    const running = sqliteStore(file);
    await happen(running, someone(), saying("hi"));
    await expect(moveToPostgres(file, await newPostgresDatabase())).rejects.toThrow(`${file} is in use: another bridge is running on it.`);
    await running.close();
  });

  test("is refused when the database holds anything, which is left as it is", async () => {
    const [file, url] = [newFile(), await newPostgresDatabase()];
    await filled(file);
    const store = await opened(url);
    const key = someone();
    await happen(store, key, saying("was here first"));
    await expect(moveToPostgres(file, url)).rejects.toThrow(
      "The database is not empty: its table conversation has rows. Name an empty one.",
    );
    expect(await bodies(store, key)).toEqual(["was here first"]);
  });

  test("is refused when the file holds a table that would stay behind", async () => {
    const file = newFile();
    await filled(file);
    const db = new DatabaseSync(file);
    db.exec("CREATE TABLE diary (text TEXT)");
    db.close();
    await expect(moveToPostgres(file, await newPostgresDatabase())).rejects.toThrow("does not know how to move: diary.");
  });

  test("moves nothing when something does not arrive as it was", async () => {
    const [file, url] = [newFile(), await newPostgresDatabase()];
    await filled(file);
    await (await opened(url)).close();
    const query = await asking(url);
    await query(`CREATE FUNCTION baton.garble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.seq = 3 THEN NEW.body := '"garbled"'; END IF; RETURN NEW; END $$`);
    await query("CREATE TRIGGER garbles BEFORE INSERT ON baton.entry FOR EACH ROW EXECUTE FUNCTION baton.garble()");
    await expect(moveToPostgres(file, url)).rejects.toThrow(
      "The table entry did not arrive as it was: 1204 rows left, 1204 arrived. Nothing was moved.",
    );
    expect(await query("SELECT count(*)::int AS rows FROM baton.conversation")).toEqual([{ rows: 0 }]);
  });

  test("is done by one command, which says what it did", async () => {
    const file = newFile();
    await filled(file);
    const folder = join(file, "..");
    await writeFile(join(folder, "baton.config.mjs"), CONFIGURATION);
    const baton = (...given: string[]) =>
      promisify(execFile)(process.execPath, [new URL(import.meta.resolve("@baton/bridge-server/baton")).pathname, ...given], {
        cwd: folder,
        env: { ...process.env, DATABASE_URL: url, KEY: "k" },
      });
    const url = await newPostgresDatabase();
    const steps = [...migrations().map(({ name }) => `done: ${name}`), ...Object.keys(indexes).map((name) => `built: ${name}`)];
    expect((await baton("migrate", "baton.config.mjs")).stdout).toBe([...steps, "The database is up to date.\n"].join("\n"));
    expect((await baton("migrate", "baton.config.mjs")).stdout).toBe("The database is up to date.\n");
    const { stdout } = await baton("move", "baton.config.mjs", "--from", file);
    expect(stdout).toMatch(/^entry +1204 rows {3}[0-9a-f]{16}$/m);
    expect(stdout).toContain(`Everything in ${file} has been moved, and was read back the same.`);
    await expect(baton("move", "baton.config.mjs", "--from", file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is not empty"),
    });
    await expect(baton("mvoe")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^baton: there is no command mvoe\n\nbaton <command>/),
    });
  });
});

const CONFIGURATION = `
import { secret } from ${JSON.stringify(import.meta.resolve("@baton/bridge-server/config"))};
const config = {
  widget: ".",
  data: ".",
  store: { postgres: secret("DATABASE_URL") },
  connectors: { desk: { use: "webhook", settings: { url: "https://desk.example.com", secrets: [secret("KEY")] } } },
  sites: { shop: {
    title: "Shop", origins: ["http://localhost:3000"], defaultRoute: { to: { connector: "desk" } },
    assistant: { platform: "polyai", chatApiKey: secret("KEY"), chatToken: secret("KEY") },
  } },
};
export { config as default };`;

/** One conversation with something of everything, one on another site, and enough others for more than one batch. */
async function filled(file: string) {
  const store = sqliteStore(file);
  const key = someone();
  const other = { ...key, site: "another site" };
  const names = [
    { kind: "token", value: `t ${key.id}`, expiresAt: new Date(Date.now() + LATER).toISOString() },
    { kind: "vendor_chat", value: `v ${key.id}`, handoff: "h-1" },
  ] as const;
  await store.record({
    key,
    factId: "first",
    digest: "d",
    decide: deciding({ entries: [awkward, { deep: [1, null, 0.1] }], names: [...names], turns: 3 }),
  });
  await happen(
    store,
    key,
    deciding({
      lifecycle: gone,
      entries: ["third"],
      notes: ["noted", HANDOFF, { type: "conversation_ended", by: "visitor" }],
      jobs: [{ task: "tell", input: awkward, lane: "vendor" }],
    }),
  );
  await store.claimJobs(1, LATER);
  const identity = { id: "ada", name: null, email: null, attributes: {} };
  const began = { type: "conversation_began", sharedId: "s-1", visitor: { language: null, page: null, identity } };
  await happen(store, key, deciding({ notes: [began] }));
  await store.setMark("sweep", 2 ** 40);
  for (const deed of ["one", awkward]) await store.addAudit(JSON.stringify(deed));
  const made = { name: "crm", role: "viewer", scopes: null, digest: "d", madeAt: "2026-11-22T12:00:00.000Z", madeBy: "kim" };
  await store.saveOperatorKey({ ...made, id: "k", expiresAt: null, usedAt: null });
  await store.addDestinations({ site: "shop", number: 1, document: { awkward }, changes: [], madeAt: made.madeAt, madeBy: "kim" });
  await happen(store, other, saying("theirs"));
  await happen(store, { site: "shop", id: "vendor-chat:1" }, owing({ task: "later", runAt: new Date(Date.now() + LATER) }));
  await Promise.all(
    upTo(600).map(async () => {
      const one = someone();
      await happen(store, one, saying("one"));
      await happen(store, one, saying("two"));
    }),
  );
  await happen(store, other, owing({ task: "done" }));
  const done = (await store.claimJobs(9, LATER)).find(({ task }) => task === "done");
  await store.finishJob(done!);
  await store.probe();
  await store.close();
  return { key, other, today: new Date().toISOString().slice(0, 10) };
}

async function everything(store: Store, key: ReturnType<typeof someone>, today: string) {
  return {
    conversation: await store.read(key),
    entries: await store.entriesAfter(key, 0),
    notes: await store.notes(key),
    token: await store.find({ kind: "token", value: `t ${key.id}` }),
    chat: await store.find({ kind: "vendor_chat", value: `v ${key.id}` }),
    turns: await store.turnsOn("shop", today),
    endings: await store.endings(0, 9),
    visitors: await store.conversationsOfVisitor("shop", "ada"),
    mark: await store.mark("sweep"),
    deeds: await checkAudit(store, null),
    keys: await store.operatorKeys(),
    destinations: await store.destinationVersions("shop", null, 9),
  };
}
