import type { Phase } from "@baton/bridge-server/protocol";
import type { Story } from "../conversation/story.ts";
import type { LaterWords } from "../words-later.ts";

/** What there is to say about where the chat is, while it is well: passed on, waiting, about to end in silence. */
export function whereItIs({ queue, agent, endsInSeconds }: Story, phase: Phase, words: LaterWords): string[] {
  const { position, waitSeconds } = queue;
  if (endsInSeconds !== null) return [words.silence(endsInSeconds)];
  switch (phase) {
    case "handoff_initiated":
      return [words.transferring, words.mayWriteOn];
    case "queued": {
      const place = position === null ? words.queued : words.queuePosition(position);
      return [waitSeconds === null ? place : `${place} ${words.queueWait(waitSeconds)}`, words.mayWriteOn];
    }
    case "live":
      return agent === null ? [words.waitsForColleague] : [];
    default:
      return [];
  }
}
