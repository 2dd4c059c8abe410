import { systemClock } from "../clock.ts";
import { nameOf } from "./postgres-lifecycles.ts";
import type { Connections } from "./postgres-pool.ts";
import { statements as sql } from "./postgres-statements.ts";
import type { ConversationKey } from "./store.ts";

/** How long the time a visitor was last seen may wait in memory. */
const WRITTEN_AFTER_MS = 5000;

/** Gathers who was seen, and saves all of them together now and then. */
export function seenLately(connections: Connections, now: () => Date, given: () => Date | null) {
  const waiting = new Map<string, { key: ConversationKey; at: number }>();
  let cancel: (() => void) | null = null;

  return {
    note(key: ConversationKey): void {
      waiting.set(nameOf(key), { key, at: now().getTime() });
      cancel ??= systemClock.after(WRITTEN_AFTER_MS, () => void save());
    },
    latest(key: ConversationKey, saved: Date): Date {
      const at = waiting.get(nameOf(key))?.at ?? 0;
      return at > saved.getTime() ? new Date(at) : saved;
    },
    async close(): Promise<void> {
      cancel?.();
      await save();
    },
  };

  async function save(): Promise<void> {
    cancel = null;
    const all = [...waiting.entries()];
    if (all.length === 0) return;
    const keys = all.map(([, { key }]) => key);
    const ages = all.map(([, { at }]) => now().getTime() - at);
    try {
      await connections.ask(sql.saveSeen, [keys.map(({ site }) => site), keys.map(({ id }) => id), ages, given()]);
      for (const [name, one] of all) if (waiting.get(name) === one) waiting.delete(name);
    } catch {} // nobody waits for it, and whoever is seen next takes these along
  }
}
