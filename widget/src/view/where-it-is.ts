import type { Phase } from "@baton/bridge-server/protocol";
import type { Story } from "../conversation/story.ts";
import type { LaterWords } from "../words-later.ts";

/** What there is to say about where the chat is, in words: passed on, waiting, about to end in silence, or over. */
export function whereItIs(story: Story, phase: Phase, words: LaterWords): string[] {
  const { queue, agent, endsInSeconds, failure, endedBy, hasLeftMessage } = story;
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
    case "failed":
      return hasLeftMessage ? [words.messageIsLeft] : failure ? [words.failed[failure]] : [];
    case "ended":
      return [words.ended[endedBy ?? "agent"], ...(hasLeftMessage ? [words.messageIsLeft] : [])];
    default:
      return [];
  }
}
