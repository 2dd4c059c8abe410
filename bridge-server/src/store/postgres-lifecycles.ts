import type { Lifecycle } from "../conversation/lifecycle.ts";
import { lately } from "./lately.ts";
import type { ConversationKey } from "./store.ts";

/** A lifecycle as it once was, and the number by which the store can tell whether it still is. */
export interface KnownLifecycle {
  version: number;
  lifecycle: Lifecycle;
}

/**
 * What this process last knew of the conversations it worked on lately. Never the truth, only a good guess: whoever decides on one
 * has its version checked when the decision is saved.
 */
export function knownLifecycles(most: number) {
  const known = lately<KnownLifecycle>(most);

  return {
    get: (key: ConversationKey): KnownLifecycle | null => known.get(nameOf(key)) ?? null,
    /** Answers may overtake each other: an older one changes nothing. */
    learn(key: ConversationKey, latest: KnownLifecycle): void {
      const name = nameOf(key);
      if ((known.get(name)?.version ?? -1) <= latest.version) known.set(name, latest);
    },
    forget: (key: ConversationKey): void => known.delete(nameOf(key)),
  };
}

export function nameOf({ site, id }: ConversationKey): string {
  return JSON.stringify([site, id]);
}
