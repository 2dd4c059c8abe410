import type { SharedLater } from "./props.ts";
import { watched } from "./watched.ts";

/** Asks once more before the chat is ended. */
export const Ending = watched(function Ending({ chat, words, isEnding }: SharedLater) {
  return (
    <div class="row sure" role="group" aria-label={words.endChatSure}>
      <p role="alert">{chat.refusedWish("leave") ? words.couldNotSend : words.endChatSure}</p>
      <button type="button" class="danger" disabled={chat.isWishing("leave")} onClick={() => chat.end()}>
        {words.endChat}
      </button>
      <button type="button" class="secondary" onClick={() => (isEnding.value = false)}>
        {words.endChatNo}
      </button>
    </div>
  );
});
