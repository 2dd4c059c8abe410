/** A value that is looked at and changed. */
export interface Signal<T> {
  value: T;
}

const watchers = new Set<() => void>();
let isDue = false;

// Everything that looks is told of every change, once per turn of the event loop. The panel is drawn as a whole, so finer
// knowledge of who looked at what would cost three times its weight and save nothing.
export function signal<T>(value: T): Signal<T> {
  return {
    get value() {
      return value;
    },
    set value(next: T) {
      if (Object.is(next, value)) return;
      value = next;
      if (isDue) return;
      isDue = true;
      queueMicrotask(tell);
    },
  };
}

/** Calls `run` now and after every change. Returns how to stop. */
export function watch(run: () => void): () => void {
  watchers.add(run);
  run();
  return () => watchers.delete(run);
}

function tell(): void {
  isDue = false;
  watchers.forEach((run) => run());
}
