import { Icon } from "./Icon.tsx";
import type { Shared } from "./props.ts";

/** What is happening, said once when it changes; and the way to a person while the assistant answers. */
export function Status(shared: Shared) {
  const { chat } = shared;
  return (
    <div class="now">
      <div role="status" class="status">
        {sentencesFor(shared).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {chat.isCaughtUp.value && <AskForPerson {...shared} />}
    </div>
  );
}

/** While the assistant answers and the site allows it. */
function AskForPerson({ chat, words }: Shared) {
  const refused = chat.refusedWish("handoff");
  if (chat.phase.value !== "automated" || !chat.site.value?.mayAskForPerson || chat.over.value) return null;
  return (
    <div class="row">
      <button type="button" class="pill" disabled={chat.isWishing("handoff")} onClick={() => chat.askForPerson()}>
        <Icon of="person" />
        {words.talkToPerson}
      </button>
      {refused && (
        <p class="problem" role="alert">
          {words.couldNotSend}
        </p>
      )}
    </div>
  );
}

function sentencesFor({ chat, words }: Shared): string[] {
  const { queue, agent, endsInSeconds } = chat.story.value;
  const { position, waitSeconds } = queue;
  if (chat.over.value || (!chat.wantsChat.value && !chat.session.value)) return [];
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
