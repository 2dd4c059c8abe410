import type { OutboxLine } from "../conversation/outbox.ts";
import type { ShownLine } from "../conversation/story.ts";
import type { SharedLater } from "./props.ts";
import { watched } from "./watched.ts";

/** Under a line that the bridge has refused: why, and what the visitor can do. */
export function Problem({ of: { id, text, state }, chat, words }: SharedLater & { of: OutboxLine }) {
  if (typeof state === "string") return null;
  const { refused: code, afterMs = 1_000 } = state;
  if (code === "too_fast") return <p class="mark">{words.tooFast(Math.ceil(afterMs / 1_000))}</p>;

  function edit(): void {
    chat.takeBack(id);
    chat.write([text, chat.draft.value].filter(Boolean).join("\n"));
  }
  const action = (label: string, act: () => void) => (
    <button type="button" class="text" onClick={act}>
      {label}
    </button>
  );
  return (
    <p class="mark problem">
      {words.refused[code] ?? words.notDelivered}{" "}
      {code !== "too_much_today" ? (
        <>
          {action(words.edit, edit)} {action(words.remove, () => chat.takeBack(id))}
        </>
      ) : (
        action(words.tryAgain, () => chat.tryAgain())
      )}
    </p>
  );
}

/**
 * Under a line that the assistant will not answer. Saying it again is a new line, because the first may have been understood;
 * the way to a person is right below, as always.
 */
export const Lost = watched(function Lost({ line, isLast, chat, words }: SharedLater & { line: ShownLine; isLast: boolean }) {
  if (!line.lost) return null;
  return (
    <div class="mark problem">
      <p>{words.lost[line.lost]}</p>
      {isLast && chat.phase.value === "automated" && (
        <button type="button" class="pill" onClick={() => chat.say(line.text)}>
          {words.tryAgain}
        </button>
      )}
    </div>
  );
});
