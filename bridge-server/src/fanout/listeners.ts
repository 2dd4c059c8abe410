interface Listener {
  look: (aside?: string) => void;
  isGone: boolean;
}

/** Everybody in this process who listens to a topic. */
export function createListeners() {
  const byTopic = new Map<string, Set<Listener>>();
  const all = new Set<Listener>();

  return {
    add(topic: string, look: Listener["look"]): () => void {
      const own: Listener = { look, isGone: false };
      const listeners = byTopic.get(topic) ?? new Set();
      byTopic.set(topic, listeners.add(own));
      all.add(own);
      return () => {
        own.isGone = true;
        all.delete(own);
        listeners.delete(own);
        if (listeners.size === 0 && byTopic.get(topic) === listeners) byTopic.delete(topic);
      };
    },
    tell(topic: string, aside: string | undefined): void {
      for (const listener of byTopic.get(topic) ?? []) call(listener, aside);
    },
    /** Whoever listens now. Each step of the walk calls up to `count` of them who still do, and says whether any are left. */
    walk(): (count: number) => boolean {
      const still = [...all];
      let next = 0;
      return (count) => {
        const until = Math.min(next + count, still.length);
        while (next < until) call(still[next++]!, undefined); // within the list
        return next < still.length;
      };
    },
    count: () => all.size,
  };
}

/** One listener's failure is no reason why the next should not hear. It hears again at the next hint, and reads what it missed. */
function call(listener: Listener, aside: string | undefined): void {
  if (listener.isGone) return;
  try {
    listener.look(aside);
  } catch {}
}
