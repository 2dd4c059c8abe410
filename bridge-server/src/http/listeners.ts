import type { SiteConfig } from "../config.ts";
import { createCounter } from "./limits.ts";

/** Who listens, per site and altogether: memory is bounded however many pages are open. */
export function createListeners(most: number) {
  const open = createCounter();
  const bySite = new Map<string, number>();
  return {
    /** `false` when no more can listen. Otherwise `leave` is owed, once. */
    enter({ limits }: SiteConfig, site: string): boolean {
      if (!open.enter(`site ${site}`, limits.streams)) return false;
      const isIn = open.enter("all", most);
      if (!isIn) open.leave(`site ${site}`);
      bySite.set(site, open.countOf(`site ${site}`));
      return isIn;
    },
    leave(site: string): void {
      open.leave(`site ${site}`);
      open.leave("all");
      bySite.set(site, open.countOf(`site ${site}`));
    },
    isFull: (site: string, { limits }: SiteConfig) => open.countOf("all") >= most || open.countOf(`site ${site}`) >= limits.streams,
    counts: () => bySite,
  };
}

export type Listeners = ReturnType<typeof createListeners>;
