import type { Notice } from "../conversation/story.ts";
import type { Say } from "../words/language.ts";

/** Something that happened, as a sentence. */
export function noticeText(notice: Notice, say: Say): string {
  switch (notice.type) {
    case "agent_joined":
      return say("joined", { name: notice.name });
    case "agent_left":
      return say("left", { name: notice.name ?? say("person") });
    case "transferred":
      return notice.to === null ? say("passedOn") : say("passedTo", { name: notice.to });
    case "assistant_restarted":
      return say("restarted");
    case "message_left":
      return say(notice.wants === "callback" ? "callbackLeft" : "messageLeft");
  }
}
