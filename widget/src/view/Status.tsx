import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** What is happening, said once when it changes; and the way to a person while the assistant answers. */
export const Status = watched(function Status(shared: Shared) {
  const { chat } = shared;
  return (
    <>
      <div role="status" class="status">
        {sentencesFor(shared).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {chat.isCaughtUp.value && shared.later.parts.value !== "coming" && <AskForPerson {...shared} />}
    </>
  );
});

/** While the assistant answers and the site allows it. */
const AskForPerson = watched(function AskForPerson({ chat, say }: Shared) {
  const refused = chat.refusedWish("handoff");
  if (chat.phase.value !== "automated" || !chat.site.value?.mayAskForPerson || chat.over.value) return null;
  return (
    <>
      <button type="button" class="pill person" disabled={chat.isWishing("handoff")} onClick={() => chat.askForPerson()}>
        {say("talkToPerson")}
      </button>
      {refused && (
        <p class="problem" role="alert">
          {say("couldNotSend")}
        </p>
      )}
    </>
  );
});

function sentencesFor({ chat, say, later }: Shared): string[] {
  if (chat.over.value || chat.consent.value !== null) return [];
  if (chat.isHeldBack.value) return [say("heldBack")];
  if (!chat.isReachable.value && chat.phase.value !== "ended") return [say("reconnecting")];
  if (chat.isSlow.value) return [say("connecting")];
  const parts = later.parts.value;
  return chat.isCaughtUp.value && typeof parts === "object" ? parts.whereItIs(chat.story.value, chat.phase.value, say) : [];
}
