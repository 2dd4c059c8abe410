import type { Clock } from "./clock.ts";
import type { Store } from "./store/store.ts";

/** So long a sum that is far below the limit is believed. */
const BELIEVED_MS = 1_000;
/** No site has more turns than these in that time, on all its bridges together. */
const TURNS_MEANWHILE = 1_000;

/** What a site's visitors may still ask of the assistant today (UTC). */
export function turnBudget({ store, clock }: { store: Pick<Store, "turnsOn">; clock: Clock }) {
  const plenty = new Map<string, { day: string; most: number; until: number }>();

  return {
    /** Whether all `most` turns of today have been taken. Asks the store, unless there were plenty left within the last second. */
    async hasSpentTurns(site: string, most: number): Promise<boolean> {
      const now = clock.now();
      const day = now.toISOString().slice(0, 10);
      const known = plenty.get(site);
      if (known?.day === day && known.most === most && now.getTime() < known.until) return false;
      const turns = await store.turnsOn(site, day);
      if (turns + TURNS_MEANWHILE <= most) plenty.set(site, { day, most, until: now.getTime() + BELIEVED_MS });
      return turns >= most;
    },
  };
}
