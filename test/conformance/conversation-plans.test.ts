import { conversationsStatement, type ConversationQuery } from "@baton/bridge-server/store/conversation-list";
import { postgresConversations } from "@baton/bridge-server/store/postgres-conversations";
import { postgresOptOuts } from "@baton/bridge-server/store/postgres-opt-outs";
import { sqliteConversations } from "@baton/bridge-server/store/sqlite-conversations";
import { sqliteOptOuts } from "@baton/bridge-server/store/sqlite-opt-outs";
import { describe, expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { asking, opened } from "./postgres-under-test.ts";
import { sqlitePlans } from "./sqlite-plans.ts";

// Lists of conversations stay fast however many there are: each is read from an index, in the order in which it is shown.

const since = "2026-11-22T12:00:00.000Z";
const before = { beganAt: since, site: "shop-3", id: "c" };
const filters: Omit<ConversationQuery, "limit">[] = [{}, { site: "shop-3" }, { phase: "live" }, { since }, { until: since }];
const both = { site: "shop-3", phase: "live" as const };
const inOrder = filters.flatMap((filter): ConversationQuery[] => [
  { ...filter, limit: 50 },
  { ...filter, before, limit: 50 },
]);
const byText: ConversationQuery[] = [
  { text: { begins: "abcd", or: null }, limit: 50 },
  { text: { begins: "abcd", or: { site: "shop-3", id: "x" } }, ...both, before, limit: 50 },
];
const titled = (all: ConversationQuery[]) => all.map((query) => ({ title: JSON.stringify(query), query }));

describe("SQLite's plan", () => {
  const planOf = sqlitePlans();

  test.each(titled([...inOrder, { ...both, limit: 50 }]))("for $title goes along an index and sorts nothing", ({ query }) => {
    const plan = planOf(conversationsStatement(query, sqliteConversations).text);
    expect(plan.filter((step) => /^(SEARCH|SCAN) c\b/.test(step))).toEqual([
      expect.stringMatching(/^(SEARCH|SCAN) c USING INDEX conversation_\w+/),
    ]);
    expect(plan.filter((step) => /^USE TEMP B-TREE|^SCAN (?!c USING)/.test(step))).toEqual([]);
  });

  test.each(titled(byText))("for $title looks up what begins alike", ({ query }) => {
    const plan = planOf(conversationsStatement(query, sqliteConversations).text);
    expect(plan.some((step) => /SEARCH conversation USING (COVERING )?INDEX conversation_id \(id>\? AND id<\?\)/.test(step))).toBe(true);
    expect(plan.filter((step) => /^SCAN (c|conversation)(?! USING)\b/.test(step))).toEqual([]);
  });

  test("for who wants no more messages reads an index of such notes, the latest first", () => {
    const plan = planOf(sqliteOptOuts.text);
    expect(plan.filter((step) => /^(SEARCH|SCAN) n\b/.test(step))).toEqual([expect.stringMatching(/^SEARCH n USING INDEX note_opt_out/)]);
    expect(plan.filter((step) => /^USE TEMP B-TREE|^SCAN/.test(step))).toEqual([]);
  });

  test("for what a conversation goes by goes along an index, and so does whoever erases it", () => {
    for (const statement of ["SELECT kind FROM name", "DELETE FROM name"])
      expect(planOf(`${statement} WHERE site = 'shop' AND conversation = 'c'`)).toEqual([
        expect.stringMatching(/^SEARCH name USING (COVERING )?INDEX name_conversation/),
      ]);
  });
});

if (noPostgres !== null) test.skip(`plans of PostgreSQL: ${noPostgres}`);

describe.skipIf(noPostgres !== null)("PostgreSQL's plan, with 20,000 conversations", () => {
  test("goes along an index for every list, and sorts nothing but what begins alike", async () => {
    const url = await newPostgresDatabase();
    await opened(url);
    const query = await asking(url);
    await query(`INSERT INTO baton.conversation (site, id, version, lifecycle, began_at)
      SELECT 'shop-' || n % 20, md5('c' || n), 1, json_build_object('phase', CASE WHEN n % 20 = 0 THEN 'live' ELSE 'ended' END),
        '${since}'::timestamptz + (n - 10000) * interval '1 second'
      FROM generate_series(1, 20000) AS n`);
    await query(`INSERT INTO baton.name (kind, value, site, conversation)
      SELECT 'shared_id', md5('s' || n), 'shop-' || n % 20, md5('c' || n) FROM generate_series(1, 20000) AS n`);
    await query("ANALYZE baton.conversation");
    await query("ANALYZE baton.name");
    const planOf = async (text: string, values: unknown[]) =>
      (await query(`EXPLAIN ${text}`, values)).map((row) => String(row["QUERY PLAN"])).join("\n");
    for (const one of inOrder) {
      const { text, values } = conversationsStatement(one, postgresConversations);
      const plan = await planOf(text, values);
      expect(plan, JSON.stringify(one)).toMatch(/Index Scan (Backward )?using conversation_\w+ on conversation c/);
      expect(plan, JSON.stringify(one)).not.toMatch(/Seq Scan on conversation|^ *(->)? *Sort/m);
    }
    for (const one of [...byText, { ...both, limit: 50 }]) {
      const { text, values } = conversationsStatement(one, postgresConversations);
      expect(await planOf(text, values), JSON.stringify(one)).not.toContain("Seq Scan on conversation");
    }
    await query(`INSERT INTO baton.note (site, conversation, seq, at, body)
      SELECT 'shop-1', 'thread:sms/' || md5('c' || n), 1, '${since}'::timestamptz + n * interval '1 second',
        json_build_object('type', CASE WHEN n % 100 = 0 THEN 'opted_out' ELSE 'conversation_joined' END)
      FROM generate_series(1, 20000) AS n`);
    await query("ANALYZE baton.note");
    const optedOut = await planOf(postgresOptOuts.text, ["shop-1", "thread:sms/", since, "", 50]);
    expect(optedOut).toMatch(/Index Scan (Backward )?(using|on) note_opt_out/);
    expect(optedOut).not.toContain("Seq Scan");
    expect(await planOf("DELETE FROM baton.name WHERE site = $1 AND conversation = $2", ["shop-1", "c"])).toMatch(
      /Index Scan.*name_conversation/,
    );
  });
});
