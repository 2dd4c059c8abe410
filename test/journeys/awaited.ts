import type { Store } from "@baton/bridge-server/store/store";

/** Stands before stores that answer from outside this process, so that it is known when nobody waits for one any more. */
export function countAwaited() {
  let awaited = 0;
  return {
    awaited: () => awaited,
    between: (store: Store): Store =>
      Object.fromEntries(
        Object.entries(store).map(([name, ask]) => [name, counted(ask as (...asked: unknown[]) => unknown)]),
      ) as unknown as Store, // each of its members, and nothing else
  };

  function counted(ask: (...asked: unknown[]) => unknown) {
    return (...asked: unknown[]) => {
      const answer = ask(...asked);
      if (!(answer instanceof Promise)) return answer;
      awaited++;
      return answer.finally(() => awaited--);
    };
  }
}

/** The same clock, and how many of its sleepers have not woken yet. */
export function countSleepers<Clock extends { sleep(ms: number): Promise<void> }>(clock: Clock) {
  let asleep = 0;
  return {
    asleep: () => asleep,
    clock: {
      ...clock,
      sleep(ms: number) {
        asleep++;
        return clock.sleep(ms).finally(() => asleep--);
      },
    },
  };
}
