import { acceptedStatement, countsStatement } from "@baton/bridge-server/store/destination-counts";
import { changesStatement, pageStatement, type HandoffQuery } from "@baton/bridge-server/store/handoff-list";
import { postgresDialect } from "@baton/bridge-server/store/postgres-handoffs";
import { sqliteDialect } from "@baton/bridge-server/store/sqlite-handoffs";
import { tallyDimensions, tallyStatement } from "@baton/bridge-server/store/tallies";
import { describe, expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { asking, opened } from "./postgres-under-test.ts";
import { sqlitePlans } from "./sqlite-plans.ts";

// Lists stay fast however many handoffs there are: each is read from an index, in the order in which it is shown.

const since = "2026-11-22T12:00:00.000Z";
const before = { beganAt: since, number: 9_000 };
const filters: Omit<HandoffQuery, "limit">[] = [
  {},
  { site: "shop-3" },
  { state: "handoff_failed" },
  { stage: "failed" },
  { destination: "refunds-3" },
  { reason: "reason-3" },
  { connector: "desk-3" },
  { topicState: "topic-3" },
  { since },
  { until: since },
  { stage: "failed", site: "shop-3" },
  { destination: "refunds-3", state: "handoff_failed", since },
];
/** PostgreSQL may meet two filters by intersecting two indexes, and sort the few that are left. */
const isOne = (query: HandoffQuery) => Object.keys(query).filter((name) => !["before", "limit", "since"].includes(name)).length < 2;
const queries = filters.flatMap((filter): HandoffQuery[] => [
  { ...filter, limit: 50 },
  { ...filter, before, limit: 50 },
]);
const byText: HandoffQuery[] = [
  { text: "abcd", limit: 50 },
  { text: "abcd", site: "shop-3", before, limit: 50 },
];
const titled = (all: HandoffQuery[]) => all.map((query) => ({ title: JSON.stringify(query), query }));

describe("SQLite's plan", () => {
  const planOf = sqlitePlans();

  test.each(titled(queries))("for $title goes along an index and sorts nothing", ({ query }) => {
    const plan = planOf(pageStatement(query, sqliteDialect).text);
    expect(plan).toEqual([expect.stringMatching(/^(SEARCH|SCAN) handoff USING INDEX handoff_\w+/)]);
  });

  test.each(titled(byText))("for $title looks up what begins alike", ({ query }) => {
    const plan = planOf(pageStatement(query, sqliteDialect).text);
    expect(plan.filter((step) => /SCAN handoff(?! USING (COVERING )?INDEX)/.test(step))).toEqual([]);
    expect(plan.filter((step) => step.includes("SEARCH handoff USING") && /[<>]/.test(step)).length).toBeGreaterThanOrEqual(3);
  });

  test.each(tallyDimensions)("for numbers by %s reads the days that are asked for, and no handoff", (by) => {
    const plan = planOf(tallyStatement({ by, since, until: since }, "", sqliteDialect.parameter).text);
    expect(plan[0]).toMatch(/^SEARCH tally USING PRIMARY KEY \(dimension=\? AND day>\? AND day<\?\)/);
  });

  test("for how routes fare reads what began lately on the site, and for when a person last came one row", () => {
    expect(planOf(countsStatement(sqliteDialect).text)[0]).toMatch(/^SEARCH handoff USING INDEX handoff_site \(site=\? AND began_at>\?\)/);
    for (const destination of ["refunds", null])
      expect(planOf(acceptedStatement(sqliteDialect, destination).text)).toEqual([
        expect.stringMatching(/^SEARCH handoff USING (COVERING )?INDEX handoff_accepted \(site=\? AND destination=\?/),
      ]);
  });

  test("for changes goes along their numbers", () => {
    expect(planOf(changesStatement(sqliteDialect).text)).toEqual([expect.stringMatching(/^SEARCH handoff USING INDEX \w+ \(change>\?\)/)]);
  });
});

if (noPostgres !== null) test.skip(`plans of PostgreSQL: ${noPostgres}`);

describe.skipIf(noPostgres !== null)("PostgreSQL's plan, with 20,000 handoffs", () => {
  test("goes along an index for every list, and sorts nothing but what begins alike", async () => {
    const url = await newPostgresDatabase();
    await opened(url);
    const query = await asking(url);
    await query("ALTER TABLE baton.handoff DISABLE TRIGGER USER"); // what is counted in one transaction is counted ever more slowly
    await query(`INSERT INTO baton.handoff (number, change, site, conversation, id, shared_id, destination, reason, connector, topic_state,
        state, stage, step, began_at, changed_at)
      SELECT n, n, 'shop-' || n % 20, md5('c' || n), md5('h' || n), md5('s' || n), 'refunds-' || n % 20, 'reason-' || n % 20, 'desk-' || n % 20,
        'topic-' || n % 20, CASE WHEN n % 20 = 0 THEN 'handoff_failed' ELSE 'handoff_completed' END,
        CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'ended' END, 'ended', at, at
      FROM generate_series(1, 20000) AS n, LATERAL (SELECT '${since}'::timestamptz + (n - 10000) * interval '1 second' AS at) AS its`);
    await query("ANALYZE baton.handoff");
    const planOf = async (text: string, values: unknown[]) =>
      (await query(`EXPLAIN ${text}`, values)).map((row) => String(row["QUERY PLAN"])).join("\n");
    for (const one of queries) {
      const { text, values } = pageStatement(one, postgresDialect);
      const plan = await planOf(text, values);
      expect(plan, JSON.stringify(one)).toContain("Index Scan");
      expect(plan, JSON.stringify(one)).not.toMatch(isOne(one) ? /Seq Scan|^ *(->)? *Sort/m : /Seq Scan/);
    }
    await query(`INSERT INTO baton.tally (day, site, dimension, value, part, handoffs)
      SELECT day, site, dimension, value, 0, sum(handoffs) FROM baton.handoff_tally GROUP BY day, site, dimension, value`);
    await query("ANALYZE baton.tally");
    for (const by of tallyDimensions) {
      const { text, values } = tallyStatement({ by, since: "2026-11-22", until: "2026-11-22" }, "baton.", postgresDialect.parameter);
      expect(await planOf(text, values)).not.toMatch(/handoff|note/);
    }
    for (const one of byText) {
      const { text, values } = pageStatement(one, postgresDialect);
      expect(await planOf(text, values)).not.toContain("Seq Scan");
    }
    expect(await planOf(changesStatement(postgresDialect).text, [9_000, 50])).toMatch(/Index Scan using \w*change/);
    const { text: counts } = countsStatement(postgresDialect);
    expect(await planOf(counts, ["shop-3", "2026-11-22T14:00:00Z"])).not.toContain("Seq Scan");
    const { text: accepted } = acceptedStatement(postgresDialect, "refunds-3");
    expect(await planOf(accepted, ["shop-3", "refunds-3"])).not.toContain("Seq Scan");
  });
});
