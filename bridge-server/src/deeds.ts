/** What operators do that others may want to know of one day. */
export const deeds = [
  "sign_in",
  "sign_in_refused",
  "retry",
  "reroute",
  "close",
  "opt_out",
  "opt_out_undone",
  "erase",
  "export",
  "replay",
  "destinations_changed",
  "key_made",
  "key_rotated",
  "key_removed",
  "retention",
  "came_to_nothing",
] as const;
export type Deed = (typeof deeds)[number];

/** Who did it. `key`: of one that was made while the bridge was running, its id. */
export interface Doer {
  name: string;
  role: string;
  key: string | null;
}

/** What it was done to: names and numbers, never what anybody said. */
export type DeedAbout = Partial<
  Record<
    | "site"
    | "conversation"
    | "handoff"
    | "destination"
    | "delivery"
    | "key"
    | "kind"
    | "version"
    | "count"
    | "after"
    | "until"
    | "to"
    | "line",
    string
  >
>;
