import type { Outside, SiteParts } from "./task.ts";

/** What a worker reaches in a test: one site, a log that nobody reads, and nobody who is told of anything. */
export function outsideOf(parts: Pick<Outside, "bridge" | "store" | "clock"> & Partial<Outside>, site: SiteParts): Outside {
  return {
    log: () => {},
    announcer: { toldOn: () => [], tell: async () => {}, test: async () => {} },
    newId: () => "id",
    sites: () => ["shop"],
    site: () => site,
    ...parts,
  };
}
