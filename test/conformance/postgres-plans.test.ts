import { statements } from "@baton/bridge-server/store/postgres-statements";
import { expect, test } from "vitest";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import { asking, opened } from "./postgres-under-test.ts";

// A connection plans a statement once and keeps the plan whatever is asked later, so the plan must suit a few rows of many.

const rare = new Set<string>([statements.backlog, statements.kept, statements.claimedWith].map(({ name }) => name));
const ofFewRows = new Set<string>([statements.turnsOn].map(({ name }) => name));

if (noPostgres !== null) test.skip(`plans of PostgreSQL's statements: ${noPostgres}`);

test.skipIf(noPostgres !== null)(
  "with 20,000 conversations that wait, no statement of every turn reads a table from end to end",
  async () => {
    const url = await newPostgresDatabase();
    await opened(url);
    const query = await asking(url);
    await query(`INSERT INTO baton.conversation (site, id, version, lifecycle, began_at)
    SELECT 'shop', md5('c' || n), 1, '{}', now() FROM generate_series(1, 20000) AS n`);
    await query(`INSERT INTO baton.job (site, conversation, lane, task, input, since, run_at)
    SELECT 'shop', md5('c' || n), 'silence', 'warn', '{}', now(), now() + interval '1 hour' FROM generate_series(1, 20000) AS n`);
    for (const table of ["entry", "note", "fact", "name", "seen"])
      await query(`INSERT INTO baton.${table} SELECT (json_populate_record(NULL::baton.${table}, json_build_object(
      'site', 'shop', 'conversation', md5('c' || n), 'seq', n, 'id', md5('f' || n), 'kind', 'shared_id', 'value', md5('s' || n),
      'at', now(), 'body', json_build_object(), 'digest', ''))).* FROM generate_series(1, 20000) AS n`);
    await query("ANALYZE");
    await query("SET plan_cache_mode = force_generic_plan");

    for (const { name, text } of Object.values(statements)) {
      if (rare.has(name) || ofFewRows.has(name)) continue;
      await query(`PREPARE ${name} AS ${text}`);
      const values = [...new Set(text.match(/\$\d+/g))].fill("NULL");
      const plan = await query(`EXPLAIN EXECUTE ${name}${values.length > 0 ? `(${values.join()})` : ""}`);
      const steps = plan.map((row) => String(row["QUERY PLAN"]).trim());
      expect(steps, name).not.toEqual([]);
      expect(
        steps.filter((step) => step.includes("Seq Scan")),
        name,
      ).toEqual([]);
    }
  },
);
