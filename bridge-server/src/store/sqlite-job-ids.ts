import type { DatabaseSync } from "node:sqlite";

/** So that one write in a thousand jobs keeps count. */
const RESERVED_AT_ONCE = 1_000;

/**
 * Ids for jobs, none of which is given twice, also not after a crash: how far they may go is saved before they go there, in the
 * transaction that uses them. What a crash leaves unused is skipped. Only within a transaction.
 */
export function jobIds(db: DatabaseSync): () => number {
  const reserved = db.prepare("SELECT reserved FROM job_ids");
  const reserve = db.prepare("UPDATE job_ids SET reserved = ?");
  let last: number | null = null;

  return () => {
    // Read each time: a transaction that is rolled back takes its reservation along.
    const limit = Number(reserved.get()?.["reserved"]);
    last = (last ?? limit) + 1;
    if (last > limit) reserve.run(last + RESERVED_AT_ONCE);
    return last;
  };
}
