import type { DatabaseSync } from "node:sqlite";
import { beginningOf, keptFrom, owedFrom, type KeptRow, type OwedRow } from "./owed-jobs.ts";
import { reading } from "./sqlite-file.ts";
import { lifecycleFrom } from "./sqlite-rows.ts";
import { NEVER, type Store } from "./store.ts";

/** What is owed and what is kept, for whoever looks. */
export function owedJobsIn(db: DatabaseSync): Pick<Store, "jobsOf" | "keptJobs"> {
  const jobsOf = db.prepare(
    `SELECT id, task, input, lane, attempt, since, run_at, run_at >= ? AS is_kept, is_claimed
      FROM job WHERE site = ? AND conversation = ? ORDER BY id`,
  );
  const kept = db.prepare(
    `SELECT job.id, job.site, conversation, task, input, attempt, put_back, since, lifecycle
      FROM job LEFT JOIN conversation AS its ON its.site = job.site AND its.id = job.conversation
      WHERE is_claimed = 0 AND run_at >= ?1 AND task = 'parked' AND substr(input, 1, length(?2)) = ?2 AND job.id > ?3 ORDER BY job.id LIMIT ?4`,
  );
  const never = NEVER.getTime();
  return {
    jobsOf: ({ site, id }) =>
      reading(() =>
        jobsOf.all(never, site, id).map((row) => {
          const owed = row as unknown as OwedRow & { input: string }; // its statement selects exactly these
          return owedFrom({ ...owed, input: JSON.parse(owed.input) });
        }),
      ),
    keptJobs: ({ name, after, limit }) =>
      reading(() =>
        kept.all(never, beginningOf(name), after, limit).map((row) => {
          const found = row as unknown as KeptRow & { input: string; lifecycle: string | null }; // its statement selects exactly these
          return keptFrom({ ...found, input: JSON.parse(found.input), lifecycle: lifecycleFrom(found.lifecycle) });
        }),
      ),
  };
}
