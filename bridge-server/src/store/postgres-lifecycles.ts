import type { Lifecycle } from "../conversation/lifecycle.ts";
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
  const known = new Map<string, KnownLifecycle>();

  return {
    get(key: ConversationKey): KnownLifecycle | null {
      const name = nameOf(key);
      const found = known.get(name);
      if (found === undefined) return null;
      known.delete(name); // what was used last stands last
      known.set(name, found);
      return found;
    },
    /** Answers may overtake each other: an older one changes nothing. */
    learn(key: ConversationKey, latest: KnownLifecycle): void {
      const name = nameOf(key);
      if ((known.get(name)?.version ?? -1) > latest.version) return;
      known.delete(name);
      known.set(name, latest);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
    forget: (key: ConversationKey): void => void known.delete(nameOf(key)),
  };
}

export function nameOf({ site, id }: ConversationKey): string {
  return JSON.stringify([site, id]);
}
