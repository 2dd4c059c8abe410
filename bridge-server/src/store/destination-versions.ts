/** Where a site's handoffs go, as somebody set it while the bridge was running. */
export interface DestinationsVersion {
  site: string;
  /** From 1, without gaps. */
  number: number;
  /** `null`: as the configuration says. */
  document: unknown;
  /** What is other than before, in sentences. */
  changes: string[];
  /** ISO 8601. */
  madeAt: string;
  /** By name. */
  madeBy: string;
}

/** What the store keeps of destinations that are edited while the bridge is running. */
export interface DestinationMembers {
  /** The number of the latest version of each of these sites. Those without one are not in it. */
  latestDestinations(sites: string[]): Promise<Pick<DestinationsVersion, "site" | "number">[]>;
  /** Up to `limit` versions of a site numbered below `before` (`null`: all), the latest first. */
  destinationVersions(site: string, before: number | null, limit: number): Promise<DestinationsVersion[]>;
  /** Keeps a version if it follows the latest. `false`: somebody was faster, and nothing was kept. Resolves once the disk has it. */
  addDestinations(version: DestinationsVersion): Promise<boolean>;
}

/** As both databases give it: one has times as they are, the other milliseconds. */
export interface DestinationsRow {
  site: string;
  number: number;
  document: string | null;
  changes: string;
  made_at: Date | number;
  made_by: string;
}

export function destinationsFrom({
  site,
  number,
  document,
  changes,
  made_at: madeAt,
  made_by: madeBy,
}: DestinationsRow): DestinationsVersion {
  return {
    site,
    number,
    document: document === null ? null : (JSON.parse(document) as unknown),
    changes: JSON.parse(changes) as string[], // kept as it was given
    madeAt: new Date(madeAt).toISOString(),
    madeBy,
  };
}

/** What is written of one, but for its time. */
export function destinationsText({ document, changes }: Pick<DestinationsVersion, "document" | "changes">) {
  return { document: document === null ? null : JSON.stringify(document), changes: JSON.stringify(changes) };
}
