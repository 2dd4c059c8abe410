import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Asks once more before the chat is ended. */
export const Ending = watched(function Ending({ chat, say, isEnding }: Shared) {
  return (
    <div class="row sure" role="group" aria-label={say("endChatSure")}>
      <p role="alert">{chat.refusedWish("leave") ? say("couldNotSend") : say("endChatSure")}</p>
      <button type="button" class="danger" disabled={chat.isWishing("leave")} onClick={() => chat.end()}>
        {say("endChat")}
      </button>
      <button type="button" class="secondary" onClick={() => (isEnding.value = false)}>
        {say("endChatNo")}
      </button>
    </div>
  );
});
