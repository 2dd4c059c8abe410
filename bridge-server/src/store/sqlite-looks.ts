import type { DatabaseSync } from "node:sqlite";
import { auditIn } from "./sqlite-audit.ts";
import type { groupedCommits } from "./sqlite-commits.ts";
import { conversationsIn } from "./sqlite-conversations.ts";
import { destinationsIn } from "./sqlite-destinations.ts";
import { endingsIn } from "./sqlite-endings.ts";
import { handoffsIn } from "./sqlite-handoffs.ts";
import { optOutsIn } from "./sqlite-opt-outs.ts";
import { owedJobsIn } from "./sqlite-owed-jobs.ts";
import { visitorsIn } from "./sqlite-visitors.ts";

/** What the store answers to those who run the bridge, rather than to a conversation. */
export function looksInto(db: DatabaseSync, commits: ReturnType<typeof groupedCommits>) {
  return {
    ...handoffsIn(db),
    ...conversationsIn(db),
    ...endingsIn(db),
    ...optOutsIn(db),
    ...owedJobsIn(db),
    ...visitorsIn(db, commits),
    ...auditIn(db, commits),
    ...destinationsIn(db, commits),
  };
}
