import { useRef } from "preact/hooks";
import { SendIcon } from "./icons.tsx";
import type { Shared } from "./Panel.tsx";

const LONGEST = 4_000; // MAX_LINE_LENGTH, which only the bridge enforces
const MANY_LINES = 6;

/** Where the visitor writes. Enter sends, Shift and Enter starts a new line. */
export function Composer({ chat, words }: Shared) {
  const input = useRef<HTMLTextAreaElement>(null);
  const text = chat.draft.value;
  const left = LONGEST - text.trim().length;
  const maySend = text.trim() !== "" && left >= 0;

  function send(): void {
    if (!maySend) return;
    chat.say(text);
    chat.write("");
    input.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    // While a word is being composed (Japanese, Chinese), Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) send();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        class="input"
        aria-label={words.message}
        placeholder={words.placeholder}
        rows={Math.min(MANY_LINES, text.split("\n").length)}
        dir="auto"
        enterkeyhint="send"
        value={text}
        onInput={(event) => chat.write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" aria-label={words.send} title={words.send} disabled={!maySend}>
        <SendIcon />
      </button>
      {left < 400 && <p class={left < 0 ? "problem" : "hint"}>{words.charactersLeft(left)}</p>}
    </form>
  );
}
