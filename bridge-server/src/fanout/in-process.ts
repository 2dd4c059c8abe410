import type { Fanout } from "./fanout.ts";
import { createListeners } from "./listeners.ts";

/** For a bridge that runs alone. */
export function inProcessFanout(): Fanout {
  const listeners = createListeners();
  return {
    async hint(topic, aside) {
      listeners.tell(topic, aside);
    },
    async listen(topic, look) {
      return listeners.add(topic, look);
    },
    async close() {},
  };
}
