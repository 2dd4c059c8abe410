import type * as z from "zod";
import { topicStateOf, type HandoffRecord } from "../conversation/handoff.ts";
import { shownRef } from "../conversation/lifecycle.ts";
import type { Handoff } from "./shapes.ts";

/** A handoff as others see it. `studioPage`: where the assistant's owner looks at a conversation of it, if that is known (E7). */
export function handoffView(record: HandoffRecord, studioPage: (assistantChat: string) => string | null): z.output<typeof Handoff> {
  const { route, vendorChat, context, contextState, lacks, dropped, outcome, lookedBack } = record;
  return {
    id: record.handoff,
    shared_id: record.sharedId,
    assistant_conversation_id: record.assistantChat,
    studio_url: record.assistantChat === null ? null : studioPage(record.assistantChat),
    state: record.state,
    topic_state: topicStateOf(record),
    stage: record.stage,
    cause: record.cause,
    requested_by: record.by,
    destination: record.destination,
    reason: record.reason,
    utterance: record.utterance,
    route: route && { ...route },
    chat: vendorChat && { ...vendorChat, ref: shownRef(vendorChat.ref) },
    agent: record.agent,
    outcome: outcome && { resolution: outcome.resolution, wrap_up: outcome.wrapUp, rating: outcome.rating },
    looked_back: lookedBack && {
      read_at: lookedBack.at,
      turns: lookedBack.turns,
      transcript: lookedBack.hasTranscript ? "on" : "off",
      seconds: lookedBack.seconds,
      metrics: lookedBack.metrics,
    },
    context: {
      state: contextState,
      source: context?.source ?? null,
      read_at: context?.at ?? null,
      data: context?.data ?? null,
      lacks,
      dropped,
    },
    history: record.history,
  };
}
