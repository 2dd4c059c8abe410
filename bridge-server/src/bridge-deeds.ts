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

/** A line that stands in the log. */
interface NotedDeed {
  /** Says in a line of its own that what this one tells of was not done: it was refused, or somebody else was faster. */
  cameToNothing(): Promise<void>;
}

/** The log of deeds: a chain to which lines are added before what they tell of is done, so that nothing is done that is not in it. */
export function deedsIn(store: Store, clock: Clock) {
  return {
    async noteDeed(who: Doer, did: Deed, about: DeedAbout): Promise<NotedDeed> {
      const { number } = await add(who, did, about);
      return { cameToNothing: async () => void (await add(who, "came_to_nothing", { ...about, line: String(number) })) };
    },
    /** Up to `limit` deeds before the one of that number (`null`: all), the latest first. */
    async deeds(before: number | null, limit: number): Promise<DeedLine[]> {
      return (await store.auditBefore(before, limit)).map(deedFrom);
    },
    checkDeeds: (known: AuditEnd | null): Promise<AuditFinding> => checkAudit(store, known),
  };

  function add({ name, role, key }: Doer, did: Deed, about: DeedAbout): Promise<AuditLink> {
    return store.addAudit(JSON.stringify({ at: clock.now().toISOString(), who: { name, role, key }, did, about }));
  }
}

function deedFrom({ number, line, hash }: AuditLink): DeedLine {
  const { at, who, did, about } = JSON.parse(line) as Omit<DeedLine, "number" | "hash">; // written above
  return { number, at, who, did, about, hash };
}
