/** What operators do that others may want to know of one day. */
export const deeds = [
  "sign_in",
  "retry",
  "reroute",
  "close",
  "erase",
  "export",
  "replay",
  "key_made",
  "key_rotated",
  "key_removed",
  "retention",
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
  Record<"site" | "conversation" | "handoff" | "destination" | "delivery" | "key" | "kind" | "count" | "after" | "until" | "to", string>
>;
