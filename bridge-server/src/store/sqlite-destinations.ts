import type { DatabaseSync } from "node:sqlite";
import { destinationsFrom, destinationsText, type DestinationMembers, type DestinationsRow } from "./destination-versions.ts";
import type { groupedCommits } from "./sqlite-commits.ts";
import { reading } from "./sqlite-file.ts";

/** Destinations that are edited while the bridge is running, as the store answers it. */
export function destinationsIn(db: DatabaseSync, { save }: Pick<ReturnType<typeof groupedCommits>, "save">): DestinationMembers {
  const latest = db.prepare("SELECT site, number FROM destinations WHERE site = ? ORDER BY number DESC LIMIT 1");
  const before = db.prepare("SELECT * FROM destinations WHERE site = ? AND number < ? ORDER BY number DESC LIMIT ?");
  const add = db.prepare(`
    INSERT INTO destinations (site, number, document, changes, made_at, made_by) SELECT ?1, ?2, ?3, ?4, ?5, ?6
    WHERE ?2 = 1 + coalesce((SELECT max(number) FROM destinations WHERE site = ?1), 0)`);

  return {
    // Their statements select exactly these.
    latestDestinations: (sites) =>
      reading(() => sites.flatMap((site) => latest.all(site)).map(({ site, number }) => ({ site: String(site), number: Number(number) }))),
    destinationVersions: (site, from, limit) =>
      reading(() =>
        before.all(site, from ?? Number.MAX_SAFE_INTEGER, limit).map((row) => destinationsFrom(row as unknown as DestinationsRow)),
      ),
    addDestinations: ({ site, number, madeAt, madeBy, ...version }) =>
      save(() => () => {
        const { document, changes } = destinationsText(version);
        return add.run(site, number, document, changes, Date.parse(madeAt), madeBy).changes === 1;
      }),
  };
}
