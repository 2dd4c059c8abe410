import { pause, type Clock } from "../clock.ts";

/** A call waits no longer than that to learn whether anybody is there. */
const ANSWER_WITHIN_MS = 1_000;
/** What a desk has said holds so long: calls come in bursts. */
const HOLDS_MS = 5_000;

/**
 * Whether somebody is there, by a desk's own word. Not knowing counts as yes: only an honest "closed" leads a call elsewhere.
 * However many calls ask at once, a desk is asked once.
 */
export function createStaffing<Place>(clock: Clock, ask: (place: Place) => Promise<{ state: string }>) {
  const known = new Map<Place, { at: number; answer: Promise<boolean> }>();

  return (place: Place): Promise<boolean> => {
    const now = clock.now().getTime();
    const last = known.get(place);
    if (last && now - last.at < HOLDS_MS) return last.answer;
    const asked = ask(place).then(
      ({ state }) => state !== "closed",
      () => true, // a desk that cannot say may still have a phone that rings
    );
    const answer = Promise.race([asked, pause(clock, ANSWER_WITHIN_MS).then(() => true)]);
    known.set(place, { at: now, answer });
    return answer;
  };
}
