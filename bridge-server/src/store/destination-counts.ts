import type { Dialect } from "./handoff-list.ts";

/** How the handoffs of a site fared that asked for one destination, as the assistant spelled it. `null`: it named none. */
export interface DestinationCount {
  destination: string | null;
  handoffs: number;
  /** Of these, those that failed at last. A route that is a number to call has led where it was to. */
  failed: number;
  /** ISO 8601, when the latest of them began. */
  lastAt: string;
}

export interface DestinationCountRow {
  destination: string | null;
  handoffs: number;
  failed: number;
  last_at: Date | number;
}

export const countsStatement = ({ table, parameter }: Dialect) => ({
  name: "baton_destination_counts_2",
  text: `SELECT destination, count(*) AS handoffs, sum(CASE WHEN state = 'handoff_failed' AND cause <> 'by_phone' THEN 1 ELSE 0 END) AS failed, max(began_at) AS last_at
    FROM ${table} WHERE site = ${parameter(1)} AND began_at >= ${parameter(2)} AND stage <> 'erased' GROUP BY destination`,
});

/** Two, because an index finds what is equal to something, or what is missing, but not either. */
export const acceptedStatement = ({ table, parameter }: Dialect, destination: string | null) => ({
  name: `baton_destination_accepted_1${destination === null ? "_none" : ""}`,
  text: `SELECT max(accepted_at) AS at FROM ${table}
    WHERE site = ${parameter(1)} AND destination ${destination === null ? "IS NULL" : `= ${parameter(2)}`} AND accepted_at IS NOT NULL`,
});

export function countFrom({ destination, handoffs, failed, last_at: lastAt }: DestinationCountRow): DestinationCount {
  return { destination, handoffs, failed, lastAt: new Date(lastAt).toISOString() };
}
