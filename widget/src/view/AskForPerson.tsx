import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** While the assistant answers and the site allows it. */
export const AskForPerson = watched(function AskForPerson({ chat, say }: Shared) {
  const isAsking = chat.isWishing("handoff");
  const refused = chat.refusedWish("handoff");
  if (!chat.isCaughtUp.value || chat.phase.value !== "automated" || !chat.site.value?.mayAskForPerson || chat.over.value) return null;
  return (
    <>
      <button type="button" class="pill person" aria-disabled={isAsking} onClick={() => isAsking || chat.askForPerson()}>
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
