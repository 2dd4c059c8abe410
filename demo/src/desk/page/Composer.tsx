import { useEffect, useRef } from "preact/hooks";
import type { Chat } from "../chat.ts";
import type { DeskClient } from "./desk-client.ts";

/** Whoever listens forgets it after some seconds. */
const SAY_AGAIN_MS = 3_000;
const PAUSE_MS = 5_000;

/** Where an agent writes. What is not sent stays with its chat, and is kept when sending fails. */
export function Composer({ client, chat }: { client: DeskClient; chat: Chat }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = client.replies.draft(chat.id);
  const typing = useTyping((on) => void client.type(chat.id, on));
  const wish = client.focusReply.value;
  useEffect(() => field.current?.focus(), [wish]);

  function send() {
    if (!text.trim()) return;
    typing.stop();
    void client.replies.send(chat.id);
    field.current?.focus();
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
        ref={field}
        aria-label="Reply"
        aria-describedby="composer-hint"
        placeholder="Write a reply"
        rows={Math.min(6, Math.max(2, text.split("\n").length))}
        dir="auto"
        value={text}
        onInput={({ currentTarget: { value } }) => {
          client.replies.write(chat.id, value);
          if (value.trim()) typing.go();
          else typing.stop();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <div class="composer-foot">
        <span id="composer-hint" class="hint">
          <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> starts a line
        </span>
        <label class="attach">
          <input
            type="file"
            aria-label="Attach a file"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void client.sendFile(chat.id, file);
              currentTarget.value = ""; // so that the same one can be picked again
            }}
          />
          <span aria-hidden="true">File…</span>
        </label>
        <button type="submit" class="primary" disabled={!text.trim()}>
          Send
        </button>
      </div>
    </form>
  );
}

/** Says "typing" now and then while it goes on, and "no longer" after a pause; not at every key. */
function useTyping(tell: (on: boolean) => void) {
  const pause = useRef<ReturnType<typeof setTimeout> | null>(null);
  const toldAt = useRef(0);
  useEffect(() => () => void (pause.current !== null && clearTimeout(pause.current)), []);
  return { go, stop };

  function go() {
    if (pause.current !== null) clearTimeout(pause.current);
    pause.current = setTimeout(stop, PAUSE_MS);
    if (Date.now() - toldAt.current < SAY_AGAIN_MS) return;
    toldAt.current = Date.now();
    tell(true);
  }
  function stop() {
    if (pause.current === null) return;
    clearTimeout(pause.current);
    pause.current = null;
    toldAt.current = 0;
    tell(false);
  }
}
