import type { Connections } from "./postgres-pool.ts";
import { statements, type EntryRow } from "./postgres-statements.ts";
import { rewritten, visitorStatements, type VisitorMembers } from "./visitors.ts";

const sql = visitorStatements(
  "baton.",
  (n) => `$${n}`,
  (n) => `CAST($${n} AS timestamptz)`,
);
const saving = (table: "entry" | "note") => `UPDATE baton.${table} AS t SET body = new.body::json
  FROM unnest($3::int[], $4::text[]) AS new (seq, body) WHERE t.site = $1 AND t.conversation = $2 AND t.seq = new.seq`;

/** What is known of visitors, and how it is forgotten, as the store answers it. */
export function visitorsOver({ ask, inTransaction }: Connections): VisitorMembers {
  return {
    async conversationsOfVisitor(site, id) {
      const known = id.replaceAll("\0", "\ufffd"); // as it is kept here
      return (await ask<{ conversation: string }>(sql.conversations, [site, known])).map(({ conversation }) => ({
        site,
        id: conversation,
      }));
    },
    rewrite: ({ site, id }, rewriting) =>
      inTransaction(async (db) => {
        let count = 0;
        for (const table of ["entry", "note"] as const) {
          const { text, values } =
            table === "entry"
              ? { text: statements.entriesAfter.text, values: [site, id, 0, null] }
              : { text: statements.notes.text, values: [site, id] };
          const { rows } = await db.query<EntryRow>(text, values);
          const changed = rewritten(rows, rewriting[table]);
          if (changed.length === 0) continue;
          await db.query(saving(table), [site, id, changed.map(({ seq }) => seq), changed.map(({ body }) => body)]);
          count += changed.length;
        }
        return count;
      }),
    async forgetBefore({ site, id }, before, limit) {
      let count = 0;
      for (const statement of [sql.forgetNotes, sql.forgetFacts]) count += (await ask(statement, [site, id, before, limit])).length;
      return count;
    },
    async mark(name) {
      return (await ask<{ number: number }>(sql.mark, [name]))[0]?.number ?? 0;
    },
    async setMark(name, number) {
      await ask(sql.setMark, [name, number]);
    },
  };
}
