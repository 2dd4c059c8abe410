import { destinationsFrom, destinationsText, type DestinationMembers, type DestinationsRow } from "./destination-versions.ts";
import type { Connections } from "./postgres-pool.ts";

const sql = {
  latest: {
    name: "baton_destinations_latest_1",
    text: `SELECT named.site, latest.number FROM unnest($1::text[]) AS named (site)
      CROSS JOIN LATERAL (SELECT d.number FROM baton.destinations AS d WHERE d.site = named.site ORDER BY d.number DESC LIMIT 1) AS latest`,
  },
  before: {
    name: "baton_destinations_before_1",
    text: `SELECT * FROM baton.destinations WHERE site = $1 AND ($2::int IS NULL OR number < $2) ORDER BY number DESC LIMIT $3`,
  },
  // Of two that come at the same time, the key keeps one out.
  add: {
    name: "baton_destinations_add_1",
    text: `INSERT INTO baton.destinations (site, number, document, changes, made_at, made_by)
      SELECT $1, $2, $3, $4, $5, $6
      WHERE $2 = 1 + coalesce((SELECT max(number) FROM baton.destinations WHERE site = $1), 0)
      ON CONFLICT DO NOTHING RETURNING number`,
  },
};

/** Destinations that are edited while the bridge is running, as the store answers it. */
export function destinationsOver({ ask }: Pick<Connections, "ask">): DestinationMembers {
  return {
    latestDestinations: (sites) => ask<{ site: string; number: number }>(sql.latest, [sites]),
    destinationVersions: async (site, before, limit) =>
      (await ask<DestinationsRow>(sql.before, [site, before, limit])).map(destinationsFrom),
    async addDestinations({ site, number, madeAt, madeBy, ...version }) {
      const { document, changes } = destinationsText(version);
      return (await ask(sql.add, [site, number, document, changes, madeAt, madeBy])).length === 1;
    },
  };
}
