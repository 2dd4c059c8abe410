interface Listener {
  look: (aside?: string) => void;
  isGone: boolean;
}

/** Everybody in this process who listens to a topic. */
export function createListeners() {
  // Lists that are replaced, not changed: nearly every topic has one listener, and a set takes four times the room.
  const byTopic = new Map<string, Listener[]>();
  let count = 0;

  return {
    add(topic: string, look: Listener["look"]): () => void {
      const own: Listener = { look, isGone: false };
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), own]);
      count++;
      return () => {
        if (own.isGone) return;
        own.isGone = true;
        count--;
        const others = (byTopic.get(topic) ?? []).filter((one) => one !== own);
        if (others.length > 0) byTopic.set(topic, others);
        else byTopic.delete(topic);
      };
    },
    tell(topic: string, aside: string | undefined): void {
      for (const listener of byTopic.get(topic) ?? []) call(listener, aside);
    },
    /** Whoever listens now. Each step of the walk calls up to `count` of them who still do, and says whether any are left. */
    walk(): (count: number) => boolean {
      const still = [...byTopic.values()].flat();
      let next = 0;
      return (count) => {
        const until = Math.min(next + count, still.length);
        while (next < until) call(still[next++]!, undefined); // within the list
        return next < still.length;
      };
    },
    count: () => count,
  };
}

/** One listener's failure is no reason why the next should not hear. It hears again at the next hint, and reads what it missed. */
function call(listener: Listener, aside: string | undefined): void {
  if (listener.isGone) return;
  try {
    listener.look(aside);
  } catch {}
}
