import type { Shared } from "./props.ts";

/** The way on when a chat is over. */
export function StartNew({ chat, words, isEnding }: Shared) {
  function start(): void {
    isEnding.value = false;
    chat.startNew();
  }
  return (
    <button type="button" class="primary" onClick={start}>
      {words.startNew}
    </button>
  );
}
