import type { SiteParts } from "@baton/bridge-server/work/task";
import type { ModelSite } from "./model.ts";

/** A site of the model's as a worker knows it: nothing takes time, and nothing is limited. */
export function partsOf(
  { rules, fallback, afterAgent }: ModelSite,
  { openWithinMs, ...parties }: Pick<SiteParts, "assistant" | "connectors"> & { openWithinMs(): number },
): SiteParts {
  return {
    ...parties,
    rules,
    fallback,
    channels: {},
    turnsPerDay: 5_000,
    files: "off",
    title: "Shop",
    whenOver: "restart",
    handoff: {
      get openWithinMs() {
        return openWithinMs();
      },
      contextWaitMs: 0,
      abandonAfterMs: 0,
      afterAgent,
      stateKeys: ["state"],
      failureStates: ["transfer_error"],
    },
    silence: { warnAfterMs: 0, endAfterMs: 0 },
  };
}
