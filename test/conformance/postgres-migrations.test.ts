import { postgresStore } from "@baton/bridge-server/store/postgres";
import { buildIndexes } from "@baton/bridge-server/store/postgres-indexes";
import { migratePostgres, migrations } from "@baton/bridge-server/store/postgres-migrations";
import { connectionsTo } from "@baton/bridge-server/store/postgres-pool";
import { describe, expect, onTestFinished, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { asking, opened } from "./postgres-under-test.ts";
import { bodies, happen, saying, someone, upTo } from "./store-under-test.ts";

const newest = migrations().at(-1)!.number; // there is a first one

if (noPostgres !== null) test.skip(`migrations of PostgreSQL: ${noPostgres}`);

describe.skipIf(noPostgres !== null)("migrations", () => {
  test("many bridges that start together bring the tables up to date once", async () => {
    const url = await newPostgresDatabase();
    const done = await Promise.all(
      upTo(8).map(async () => {
        const connections = connectionsTo(url);
        return migratePostgres(connections).finally(() => connections.close());
      }),
    );
    expect(done.flat().toSorted()).toEqual(migrations().map(({ name }) => name));
    const query = await asking(url);
    expect(await query("SELECT number, name FROM baton.migration")).toEqual(migrations().map(({ number, name }) => ({ number, name })));
  });

  test("a database that a newer version has changed is refused, and left as it is", async () => {
    const url = await newPostgresDatabase();
    await (await opened(url)).close();
    const query = await asking(url);
    await query("INSERT INTO baton.migration VALUES (9999, '9999-tomorrow.postgres.sql', now())");
    await expect(postgresStore(url)).rejects.toThrow(
      `The database was changed by a newer version of Baton (9999, this one knows ${newest}): start that version.`,
    );
  });

  test("one that fails leaves nothing behind", async () => {
    const url = await newPostgresDatabase();
    const query = await asking(url);
    await query("CREATE SCHEMA baton");
    await query("CREATE TABLE baton.spending (somebody_elses text)");
    await expect(postgresStore(url)).rejects.toThrow('relation "spending" already exists');
    expect(await query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'baton'")).toEqual([
      { table_name: "spending" },
    ]);
  });

  test("handoffs from before there were lists are listed as they stand, and so are those of bridges that do not know of lists", async () => {
    const url = await newPostgresDatabase();
    const connections = connectionsTo(url);
    onTestFinished(() => connections.close());
    await migratePostgres(connections, migrations().slice(0, 2));
    const query = await asking(url);
    const note = (seq: number, body: object) =>
      query("INSERT INTO baton.note VALUES ('shop', 'c', $1, now(), $2)", [seq, JSON.stringify(body)]);
    await note(1, { type: "conversation_began", sharedId: "s" });
    await note(2, { type: "handoff_initiated", handoff: "h", by: "visitor", destination: "refunds", reason: null, sharedId: "s" });
    await note(3, { type: "handoff_failed", handoff: "h", cause: "no_route" });
    const store = await opened(url);
    expect((await store.handoffs({ limit: 9 })).handoffs).toMatchObject([{ id: "h", stage: "failed", cause: "no_route", change: 2 }]);
    await note(4, { type: "handoff_ended", handoff: "h", by: "visitor", wasLive: false });
    expect(await store.handoffChanges(2, 9)).toMatchObject([{ id: "h", stage: "abandoned", cause: "visitor", change: 3 }]);
  });

  test("what happened before anything was counted is counted as if it had been", async () => {
    const url = await newPostgresDatabase();
    const connections = connectionsTo(url);
    onTestFinished(() => connections.close());
    await migratePostgres(
      connections,
      migrations().filter(({ name }) => name < "0010"),
    );
    const query = await asking(url);
    const note = (conversation: string, seq: number, ms: number, body: object) =>
      query("INSERT INTO baton.note VALUES ('shop', $1, $2, 'epoch'::timestamptz + $3 * interval '1 millisecond', $4)", [
        conversation,
        seq,
        ms,
        JSON.stringify(body),
      ]);
    const began = { type: "conversation_began", visitor: { language: "en" } };
    const asked = {
      type: "handoff_initiated",
      handoff: "h",
      by: "visitor",
      destination: "refunds\u0000",
      reason: "a whole sentence",
      sharedId: "s",
    };
    await note("c", 1, 100, began);
    await note("c", 2, 200, asked);
    await note("c", 3, 300, { type: "queued", handoff: "h" });
    await note("c", 4, 900, { type: "handoff_failed", handoff: "h", cause: "waited_too_long" });
    await note("c", 5, 901, { ...asked, handoff: "next", by: "fallback" });
    await note("c", 6, 999, { type: "handoff_completed", handoff: "next", agent: null });
    await note("quiet", 1, 100, began);
    const store = await opened(url);
    const by = (by: "language" | "reason") => store.tallies({ by, since: "1970-01-01", until: "1970-01-01" });
    const times = { queued: 1, leftQueue: 1, queueMs: 600, accepted: 1, acceptedMs: 98 };
    const told = { handoffs: 2, failed: 1, fellBack: 1, abandoned: 0, ...times };
    expect(await by("language")).toEqual([{ value: "en", conversations: 2, handedOff: 1, ...told }]);
    expect(await by("reason")).toEqual([{ value: "other", conversations: 0, handedOff: 0, ...told }]);
  });

  test("a change of a table that is in use waits without holding up everybody else", async () => {
    const url = await newPostgresDatabase();
    const store = await opened(url);
    const reader = await asking(url);
    await reader("BEGIN");
    await reader("SELECT count(*) FROM baton.entry"); // somebody's long report
    const connections = connectionsTo(url);
    onTestFinished(() => connections.close());
    const wider = { number: newest + 1, name: "wider.postgres.sql", sql: () => "ALTER TABLE baton.entry ADD COLUMN wide int" };
    const migrating = migratePostgres(connections, [...migrations(), wider]);
    const key = someone();
    for (const n of upTo(20)) await happen(store, key, saying(n));
    await reader("COMMIT");
    expect(await migrating).toEqual([wider.name]);
    expect(await bodies(store, key)).toEqual(upTo(20));
  });

  test("an index is built while others write, by one of those who start, and those who come meanwhile do not wait for it", async () => {
    const url = await newPostgresDatabase();
    const store = await opened(url);
    const query = await asking(url);
    const writer = await asking(url);
    const built = ["conversation_began", "conversation_id"];
    for (const name of built) await query(`DROP INDEX baton.${name}`);
    await writer("BEGIN");
    await writer("UPDATE baton.conversation SET last_at = now()"); // the building waits for those who were there before it
    const connections = connectionsTo(url);
    onTestFinished(() => connections.close());
    const building = buildIndexes(connections);
    await expect
      .poll(() =>
        query(
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()",
        ),
      )
      .toHaveLength(1);
    const key = someone();
    for (const n of upTo(20)) await happen(store, key, saying(n));
    expect(await buildIndexes(connections)).toEqual([]);
    await writer("COMMIT");
    expect(await building).toEqual(built);
    expect(await bodies(store, key)).toEqual(upTo(20));
  });

  test("an index whose building was cut off is built anew", async () => {
    const url = await newPostgresDatabase();
    await (await opened(url)).close();
    const query = await asking(url);
    await query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'baton.name_conversation'::regclass");
    const connections = connectionsTo(url);
    onTestFinished(() => connections.close());
    expect(await buildIndexes(connections)).toEqual(["name_conversation"]);
    expect(await buildIndexes(connections)).toEqual([]);
  });
});
