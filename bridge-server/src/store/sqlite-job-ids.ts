import type { DatabaseSync } from "node:sqlite";

/** So that one write in a thousand jobs keeps count. */
const RESERVED_AT_ONCE = 1_000;

/**
 * Ids for jobs, none of which is given twice, also not after a crash: how far they may go is saved before they go there, in the
 * transaction that uses them. What a crash leaves unused is skipped.
 */
export function jobIds(db: DatabaseSync) {
  const read = db.prepare("SELECT reserved FROM job_ids");
  const reserve = db.prepare("UPDATE job_ids SET reserved = ?");
  let last: number | null = null;
  let reserved: number | null = null;

  return {
    /** Only within a transaction. */
    next(): number {
      reserved ??= Number(read.get()?.["reserved"]);
      last = (last ?? reserved) + 1;
      if (last > reserved) reserve.run((reserved = last + RESERVED_AT_ONCE));
      return last;
    },
    /** A transaction that is undone takes its reservation along. */
    forgetReserved(): void {
      reserved = null;
    },
  };
}
