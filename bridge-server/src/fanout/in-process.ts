import type { Fanout } from "./fanout.ts";

/** For a bridge that runs alone. */
export function inProcessFanout(): Fanout {
  const listeners = new Map<string, Set<(aside?: string) => void>>();
  return {
    async hint(topic, aside) {
      for (const look of listeners.get(topic) ?? []) look(aside);
    },
    async listen(topic, look) {
      const looks = listeners.get(topic) ?? new Set();
      listeners.set(topic, looks.add(look));
      return () => {
        looks.delete(look);
        if (looks.size === 0) listeners.delete(topic);
      };
    },
  };
}
