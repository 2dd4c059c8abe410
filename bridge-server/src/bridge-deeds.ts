import type { Clock } from "./clock.ts";
import type { Deed, DeedAbout, Doer } from "./deeds.ts";
import { checkAudit, type AuditEnd, type AuditFinding, type AuditLink } from "./store/audit.ts";
import type { Store } from "./store/store.ts";

interface DeedLine {
  number: number;
  /** ISO 8601. */
  at: string;
  who: Doer;
  did: Deed;
  about: DeedAbout;
  hash: string;
}

/** The log of deeds: a chain to which lines are added before what they tell of is done, so that nothing is done that is not in it. */
export function deedsIn(store: Store, clock: Clock) {
  return {
    async noteDeed(who: Doer, did: Deed, about: DeedAbout): Promise<void> {
      await store.addAudit(
        JSON.stringify({ at: clock.now().toISOString(), who: { name: who.name, role: who.role, key: who.key }, did, about }),
      );
    },
    /** Up to `limit` deeds before the one of that number (`null`: all), the latest first. */
    async deeds(before: number | null, limit: number): Promise<DeedLine[]> {
      return (await store.auditBefore(before, limit)).map(deedFrom);
    },
    checkDeeds: (known: AuditEnd | null): Promise<AuditFinding> => checkAudit(store, known),
  };
}

function deedFrom({ number, line, hash }: AuditLink): DeedLine {
  const { at, who, did, about } = JSON.parse(line) as Omit<DeedLine, "number" | "hash">; // written above
  return { number, at, who, did, about, hash };
}
