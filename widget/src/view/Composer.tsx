import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

const LONGEST = 4_000; // MAX_LINE_LENGTH, which the bridge enforces
const MANY_LINES = 6;

/** Where the visitor writes. Enter sends, which the frame sees to. */
export const Composer = watched(function Composer(shared: Shared) {
  const { chat, say } = shared;
  const files = shared.files.parts.value;
  const sendFiles = shared.sendFiles.value;
  const text = chat.draft.value;
  const left = LONGEST - text.trim().length;
  const maySend = (sendFiles || text.trim() !== "") && left >= 0;

  function send(event: Event): void {
    event.preventDefault();
    if (!maySend) return;
    sendFiles?.();
    shared.scrolledUpFrom.value = null; // who says something wants to see it
    chat.write("");
    chat.say(text); // after that, for what cannot be said is a draft again
    (event.currentTarget as HTMLElement).querySelector("textarea")?.focus();
  }

  return (
    <form class="composer" part="composer" onSubmit={send}>
      {typeof files === "object" && <files.Attach {...shared} />}
      <textarea
        class="input"
        aria-label={say("message")}
        placeholder={say("placeholder")}
        rows={Math.min(MANY_LINES, text.split("\n").length)}
        dir={text ? "auto" : undefined} // empty it runs as the placeholder does
        enterkeyhint="send"
        value={text}
        onInput={(event) => chat.write(event.currentTarget.value)}
      />
      <button type="submit" class="primary send" aria-label={say("send")} disabled={!maySend} />
      {left < 0 && <p class="problem">{say("tooLong", { count: -left })}</p>}
    </form>
  );
});
