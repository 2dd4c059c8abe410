import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** What is happening, said once when it changes; and the way to a person while the assistant answers. */
export const Status = watched(function Status(shared: Shared) {
  const parts = shared.later.parts.value;
  return (
    <>
      <div role="status" class="status">
        {sentencesFor(shared).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {typeof parts === "object" && <parts.AskForPerson {...shared} />}
    </>
  );
});

function sentencesFor({ chat, say, forms }: Shared): string[] {
  if (chat.over.value || chat.consent.value !== null) return [];
  if (chat.isHeldBack.value) return [say("heldBack")];
  if (!chat.isReachable.value && chat.phase.value !== "ended") return [say("reconnecting")];
  if (chat.isSlow.value) return [say("connecting")];
  const parts = forms.parts.value;
  return chat.isCaughtUp.value && typeof parts === "object" ? parts.whereItIs(chat.story.value, chat.phase.value, say) : [];
}
