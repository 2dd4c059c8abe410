import { handoffChecks, steadyChecks } from "./check-handoff.ts";
import { lineChecks } from "./check-lines.ts";
import type { Check } from "./check-reading.ts";
import { worldChecks } from "./check-world.ts";
import type { History } from "./history.ts";

/**
 * What must be true of the history of every conversation, whatever was done to the bridge and to those it speaks with. Entries are
 * numbered by the bridge without gaps, so each check is one walk.
 */
export const checks: Record<string, Check> = { ...lineChecks, ...handoffChecks, ...worldChecks };

/** Everything that is wrong with one conversation's history, each with the promise it breaks. */
export function whatIsWrong(history: History, promises = checks): string[] {
  return Object.entries(promises).flatMap(([promise, check]) => check(history).map((wrong) => `${promise}: ${wrong}`));
}

/** The same of a story in which nobody but the bridge ever goes away: then more is promised. */
export function whatIsWrongWhenSteady(history: History): string[] {
  return whatIsWrong(history, { ...checks, ...steadyChecks });
}
