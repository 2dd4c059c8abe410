import type { SiteConfig } from "../config.ts";
import { createCounter } from "./limits.ts";

/** Who listens, per site and altogether: memory is bounded however many pages are open. */
export function createListeners(most: number) {
  const open = createCounter();
  const bySite = new Map<string, number>();
  return {
    /** `null` when no more can listen; otherwise call what is returned when the listener has gone. */
    enter({ limits }: SiteConfig, site: string): (() => void) | null {
      const leaveSite = open.enter(`site ${site}`, limits.streams);
      const leaveAll = leaveSite && open.enter("all", most);
      if (!leaveSite || !leaveAll) {
        leaveSite?.();
        return null;
      }
      bySite.set(site, open.countOf(`site ${site}`));
      return () => {
        leaveSite();
        leaveAll();
        bySite.set(site, open.countOf(`site ${site}`));
      };
    },
    isFull: (site: string, { limits }: SiteConfig) => open.countOf("all") >= most || open.countOf(`site ${site}`) >= limits.streams,
    counts: () => bySite,
  };
}

export type Listeners = ReturnType<typeof createListeners>;
