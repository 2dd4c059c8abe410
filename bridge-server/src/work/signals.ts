import type { Signal } from "../connectors/connector.ts";
import type { ConversationKey } from "../store/store.ts";
import { connectorOf } from "./handoff-tasks.ts";
import type { Outside } from "./task.ts";

/** Tells the agent that the visitor is typing, or has read. Best effort: what fails is forgotten, because it is soon untrue. */
export function createSignals(outside: Outside) {
  return (key: ConversationKey, signal: Signal): void => {
    void pass(key, signal).catch(() => {}); // worth nothing by the time it could be tried again
  };

  async function pass(key: ConversationKey, signal: Signal): Promise<void> {
    const lifecycle = (await outside.bridge.read(key))?.lifecycle;
    if (!lifecycle || !("vendorChat" in lifecycle)) return;
    const { connector, abilities } = connectorOf(lifecycle.vendorChat.connector, key.site, outside);
    if (abilities[signal.type]) await connector.signal({ ref: lifecycle.vendorChat.ref }, signal);
  }
}
