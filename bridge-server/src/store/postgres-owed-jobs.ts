import { beginningOf, keptFrom, owedFrom, type KeptRow, type OwedRow } from "./owed-jobs.ts";
import type { Connections } from "./postgres-pool.ts";
import { NEVER, type Store } from "./store.ts";

/** A day early, because jobs are put off by the bridge's clock and kept by the database's. */
const IS_KEPT = "run_at >= $1::timestamptz - interval '1 day'";

const JOBS_OF = {
  name: "baton_jobs_of_1",
  text: `SELECT id, task, input, lane, attempt, since, run_at, ${IS_KEPT} AS is_kept,
      attempt > put_back AND run_at > baton.now_1($4) AS is_claimed
    FROM baton.job WHERE site = $2 AND conversation = $3 ORDER BY id`,
};
const KEPT = {
  name: "baton_kept_jobs_1",
  text: `SELECT job.id, job.site, conversation, task, input, attempt, put_back, since, lifecycle
    FROM baton.job LEFT JOIN baton.conversation AS c ON c.site = job.site AND c.id = job.conversation
    WHERE ${IS_KEPT} AND task = 'parked' AND left(input::text, length($2)) = $2 AND job.id > $3 ORDER BY job.id LIMIT $4`,
};

/** What is owed and what is kept, for whoever looks. `given`: the time, where it is not the database's own. */
export function owedJobsOver({ ask }: Connections, given: () => Date | null): Pick<Store, "jobsOf" | "keptJobs"> {
  return {
    async jobsOf({ site, id }) {
      return (await ask<OwedRow>(JOBS_OF, [NEVER, site, id, given()])).map(owedFrom);
    },
    async keptJobs({ name, after, limit }) {
      return (await ask<KeptRow>(KEPT, [NEVER, beginningOf(name), after, limit])).map(keptFrom);
    },
  };
}
