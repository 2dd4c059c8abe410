import type { EndedBy, FailureReason, Phase } from "@baton/bridge-server/protocol";
import type { Story } from "../conversation/story.ts";
import type { Say } from "../words/language.ts";
import type { WordName } from "../words/translation.ts";

/** What there is to say about where the chat is: passed on, waiting, about to end in silence, or over. */
export function whereItIs(story: Story, phase: Phase, say: Say): string[] {
  const { queue, agent, endsInSeconds, failure, endedBy, hasLeft } = story;
  const thanks = hasLeft && say(hasLeft === "callback" ? "callbackAsked" : "messageIsLeft");
  const { position, waitSeconds } = queue;
  if (endsInSeconds !== null) {
    return [
      endsInSeconds < 90 ? say("silenceSeconds", { count: endsInSeconds }) : say("silenceMinutes", { count: minutes(endsInSeconds) }),
    ];
  }
  switch (phase) {
    case "handoff_initiated":
      return [say("transferring"), say("mayWriteOn")];
    case "queued": {
      const place = position === null ? say("queued") : position <= 1 ? say("queueNext") : say("queuePosition", { position });
      return [waitSeconds === null ? place : `${place} ${say("queueWait", { count: minutes(waitSeconds) })}`, say("mayWriteOn")];
    }
    case "live":
      return agent === null ? [say("waitsForColleague")] : [];
    case "failed":
      return thanks ? [thanks] : failure ? [say(failures[failure])] : [];
    case "ended":
      return [say(endings[endedBy ?? "agent"]), ...(thanks ? [thanks] : [])];
    default:
      return [];
  }
}

function minutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}

const failures = {
  nobody_available: "failedNobody",
  out_of_hours: "failedClosed",
  waited_too_long: "failedTooLate",
  agent_gone: "failedGone",
  vendor_refused: "failedRefused",
  vendor_unreachable: "failedUnreachable",
  no_route: "failedRefused",
  by_phone: "failedByPhone",
} satisfies Record<FailureReason, WordName>;

const endings = {
  visitor: "endedByYou",
  visitor_gone: "endedWhileAway",
  agent: "ended",
  assistant: "ended",
  silence: "endedBySilence",
  fallback: "ended",
  erasure: "endedByYou",
} satisfies Record<EndedBy, WordName>;
