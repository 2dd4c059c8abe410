import type * as signals from "@preact/signals-core";
import type * as preact from "preact";
import type { ComponentChild, ComponentType } from "preact";
import type * as watching from "./watched.ts";

// In the bundles that are loaded later this stands for Preact, for `watched.ts` and for its signals, so that a page has one Preact and one set of
// signals, and pays for one; see vite.config.ts.
/** @public as "preact" */
export let h: typeof preact.h;
/** @public as "preact" */
export let Fragment: typeof preact.Fragment;
/** @public as "@preact/signals-core" */
export let signal: typeof signals.signal;
/** @public as "@preact/signals-core" */
export let effect: typeof signals.effect;
let given: GivenPreact;

export type GivenPreact = Pick<typeof preact, "h" | "Fragment"> &
  Pick<typeof watching, "watched"> &
  Pick<typeof signals, "signal" | "effect">;

/** Takes the panel's Preact, before anything is drawn with it. */
export function takePreact(panels: GivenPreact): void {
  given = panels;
  ({ h, Fragment, signal, effect } = given);
}

/** @public as "watched": called while the file loads, which is before anything was given. */
export function watched<P>(draw: (props: P) => ComponentChild): ComponentType<P> {
  let component: ComponentType<P> | undefined;
  return (props) => h((component ??= given.watched(draw)) as ComponentType<unknown>, props); // the properties go through as they are
}
