import type { Clock } from "../connection/clock.ts";
import type { Conversation } from "./conversation.ts";

const SAY_SO_EVERY_MS = 3_000;
const ENDS_AFTER_MS = 5_000;

/** Tells a person, and nobody else, that the visitor is writing. Returns how to stop. */
export function tellTyping({ draft, phase, tell }: Pick<Conversation, "draft" | "phase" | "tell">, clock: Clock): () => void {
  const typing = createTyping(clock, (on) => void tell("typing", { on }));
  let before = draft.value;
  return draft.subscribe((now) => {
    if (now === "") typing.stop(); // it was sent, or thought better of
    else if (now !== before && phase.peek() === "live") typing.stroke();
    before = now;
  });
}

/** Turns key strokes into "types" and "types no more", said rarely enough to be no burden. */
export function createTyping(clock: Clock, tell: (on: boolean) => void) {
  let said: { at: number; cancel: () => void } | null = null;
  return { stroke, stop };

  function stroke(): void {
    const now = clock.now();
    said?.cancel();
    const isDue = said === null || now - said.at >= SAY_SO_EVERY_MS;
    if (isDue) tell(true);
    said = { at: isDue || said === null ? now : said.at, cancel: clock.after(ENDS_AFTER_MS, stop) };
  }

  function stop(): void {
    if (!said) return;
    said.cancel();
    said = null;
    tell(false);
  }
}
