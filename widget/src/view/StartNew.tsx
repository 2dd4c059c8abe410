import type { Conversation } from "../conversation/conversation.ts";
import type { Words } from "../words.ts";

export function StartNew({ chat, words }: { chat: Conversation; words: Words }) {
  return (
    <button type="button" class="primary" onClick={() => chat.startNew()}>
      {words.startNew}
    </button>
  );
}
