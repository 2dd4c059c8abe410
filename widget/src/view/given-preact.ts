import type * as preact from "preact";

// In the bundle that is loaded later this stands for Preact, so that a page has one Preact and pays for one; see vite.config.ts.
/** @public as "preact" */
export let h: typeof preact.h;
/** @public as "preact" */
export let Fragment: typeof preact.Fragment;

export type GivenPreact = Pick<typeof preact, "h" | "Fragment">;

/** Takes the panel's Preact, before anything is drawn with it. */
export function takePreact(given: GivenPreact): void {
  ({ h, Fragment } = given);
}
