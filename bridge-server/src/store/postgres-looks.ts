import { auditOver } from "./postgres-audit.ts";
import { conversationsOver } from "./postgres-conversations.ts";
import { destinationsOver } from "./postgres-destinations.ts";
import { endingsOver } from "./postgres-endings.ts";
import { handoffsOver } from "./postgres-handoffs.ts";
import { optOutsOver } from "./postgres-opt-outs.ts";
import { owedJobsOver } from "./postgres-owed-jobs.ts";
import type { Connections } from "./postgres-pool.ts";
import { visitorsOver } from "./postgres-visitors.ts";

/** What the store answers to those who run the bridge, rather than to a conversation. `given`: the time, where it is not the database's own. */
export function looksOver(connections: Connections, given: () => Date | null) {
  return {
    ...handoffsOver(connections),
    ...conversationsOver(connections),
    ...endingsOver(connections),
    ...optOutsOver(connections),
    ...owedJobsOver(connections, given),
    ...visitorsOver(connections),
    ...auditOver(connections),
    ...destinationsOver(connections),
  };
}
