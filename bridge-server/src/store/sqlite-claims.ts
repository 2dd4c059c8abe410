import type { ConversationKey, Job } from "./store.ts";

/** What a claim is known by: a later one on the same job has more attempts. */
export type Claim = Pick<Job, "id" | "key" | "attempt">;

/**
 * Which jobs are held, and until when. A file is one process's alone, so its claims need not reach the disk: when the process ends
 * they have all ended, and `openSqliteFile` says so. That a job was begun is on the disk.
 */
export function heldClaims() {
  const held = new Map<number, { key: ConversationKey; attempt: number; until: number }>();

  return {
    hold({ id, key, attempt }: Claim, until: number): void {
      held.set(id, { key, attempt, until });
    },
    /** Whether it was still held, by this claim. */
    prolong(claim: Claim, until: number): boolean {
      if (!isHeld(claim)) return false;
      held.set(claim.id, { key: claim.key, attempt: claim.attempt, until });
      return true;
    },
    release(claim: Claim): void {
      if (isHeld(claim)) held.delete(claim.id);
    },
    /** Whose time is over and whom nobody has taken since. */
    lapsed(at: number): Claim[] {
      const all: Claim[] = [];
      for (const [id, { key, attempt, until }] of held) if (until <= at) all.push({ id, key, attempt });
      return all;
    },
  };

  function isHeld({ id, attempt }: Claim): boolean {
    return held.get(id)?.attempt === attempt;
  }
}
