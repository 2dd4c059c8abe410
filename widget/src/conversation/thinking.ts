import type { Signal } from "@preact/signals-core";
import type { Clock } from "../connection/clock.ts";

const ASSISTANT_THINKS_FOR_MS = 75_000; // longer than the bridge waits for it

/** The assistant is shown as writing while it owes an answer; not for ever, because an answer can fail to come. To be run as an effect. */
export function noteThought(clock: Clock, thinksAbout: Signal<string | null>, unanswered: () => string | null): () => void {
  let about: string | null = null;
  let stop = (): void => {};
  return () => {
    const now = unanswered();
    if (now === about) return;
    about = now;
    thinksAbout.value = now;
    stop();
    if (now) stop = clock.after(ASSISTANT_THINKS_FOR_MS, () => (thinksAbout.value = null));
  };
}
