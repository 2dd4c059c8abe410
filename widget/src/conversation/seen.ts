import { computed, type Signal, signal } from "@preact/signals-core";
import type { Entry } from "@baton/bridge-server/protocol";
import type { Memory } from "./memory.ts";

/** How far the visitor has read what was said to them. */
export function createSeen(memory: Memory, entries: Signal<Entry[]>) {
  const seen = signal(memory.read("seen") ?? 0);
  const unread = computed(() => entries.value.filter((entry) => entry.seq > seen.value && isSaidToVisitor(entry)));

  return {
    count: computed(() => unread.value.length),
    first: computed(() => unread.value[0]?.seq ?? null),
    /** Everything up to now. Its number, if there was anything new in it. */
    look(): number | null {
      const last = unread.value.at(-1)?.seq;
      if (last === undefined) return null;
      seen.value = last;
      memory.write("seen", last);
      return last;
    },
    /** As another tab has seen it, or another conversation was. */
    upTo: seen,
  };
}

function isSaidToVisitor({ body }: Entry): boolean {
  return body.type === "said" && body.by !== "visitor";
}
