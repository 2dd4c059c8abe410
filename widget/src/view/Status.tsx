import { useSignal } from "@preact/signals";
import { PersonIcon } from "./icons.tsx";
import type { Shared } from "./Panel.tsx";

/** What is happening, said once when it changes; and the way to a person while the assistant answers. */
export function Status(shared: Shared) {
  const { chat } = shared;
  const sentence = sentenceFor(shared);
  const mayAsk = chat.phase.value === "automated" && chat.site.value?.mayAskForPerson === true && chat.over.value === null;
  return (
    <div class="now">
      <div role="status" class="status" data-phase={chat.phase.value}>
        {sentence.map((part) => (
          <p key={part}>{part}</p>
        ))}
      </div>
      {mayAsk && chat.isCaughtUp.value && <AskForPerson {...shared} />}
    </div>
  );
}

export function AskForPerson({ chat, words }: Shared) {
  const state = useSignal<"idle" | "asking" | "too_fast" | "failed">("idle");
  async function ask(): Promise<void> {
    state.value = "asking";
    const refused = await chat.askForPerson();
    state.value = refused === null ? "idle" : refused === "too_fast" ? "too_fast" : "failed";
  }
  return (
    <div class="ask">
      <button type="button" class="pill" disabled={state.value === "asking"} onClick={ask}>
        <PersonIcon />
        {words.talkToPerson}
      </button>
      {state.value === "failed" && <span class="problem">{words.couldNotAsk}</span>}
      {state.value === "too_fast" && <span class="problem">{words.askTooSoon}</span>}
    </div>
  );
}

function sentenceFor({ chat, words }: Shared): string[] {
  const { queue, agent, endsInSeconds } = chat.story.value;
  const { position, waitSeconds } = queue;
  if (chat.over.value) return [];
  if (!chat.isReachable.value) return [words.reconnecting];
  if (!chat.isCaughtUp.value) return [words.connecting];
  if (endsInSeconds !== null) return [words.silence(endsInSeconds)];
  switch (chat.phase.value) {
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
