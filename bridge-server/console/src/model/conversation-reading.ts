import { effect } from "@preact/signals";
import type { Api } from "../api/api.ts";
import type { Changes } from "../api/changes.ts";
import type { Conversation, TranscriptLine, TranscriptPage } from "../api/answers.ts";
import type { Clock } from "../clock.ts";
import { createLoad, type Load } from "./load.ts";

/** What is said changes no handoff, so nobody tells of it: whoever looks on asks again. */
const LOOK_AGAIN_MS = 4_000;

export interface ReadConversation {
  conversation: Conversation;
  /** What was said and what happened, oldest first. */
  lines: TranscriptLine[];
}

/** A conversation, by any of its names, and as it goes on. `site` may be left out where the name is nobody else's. */
export function createConversationReading(
  { api, changes, clock }: { api: Api; changes: Changes; clock: Clock },
  { site, id }: { site?: string | undefined; id: string },
): Load<ReadConversation> {
  const path = `/v1/conversations/${encodeURIComponent(id)}`;
  let lines: TranscriptLine[] = [];
  let cancelLook = () => {};

  const load = createLoad(clock, async (stop) => {
    const conversation = await api.get<Conversation>(path, { site }, stop); // first: what is said while it ends is read after it
    const all = [...lines]; // of two readings at once neither sees the other's
    for (let after: number | null = all.at(-1)?.seq ?? 0; after !== null;) {
      const page: TranscriptPage = await api.get(`${path}/transcript`, { site, after }, stop);
      all.push(...page.lines);
      after = page.next;
    }
    lines = all;
    return { conversation, lines };
  });
  const stopListening = changes.listen((changed) => {
    const { value: loaded } = load.state;
    if (loaded.is === "there" && loaded.value.conversation.id === changed.conversation) void load.read();
  });
  const stopLooking = effect(() => {
    const loaded = load.state.value;
    cancelLook();
    if (loaded.is === "there" && loaded.value.conversation.phase !== "ended")
      cancelLook = clock.after(LOOK_AGAIN_MS, () => void load.read());
  });
  void load.read();

  return {
    ...load,
    stop() {
      stopListening();
      stopLooking();
      cancelLook();
      load.stop();
    },
  };
}
