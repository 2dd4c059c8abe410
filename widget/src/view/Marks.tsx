import { isSetAside, type OutboxLine } from "../conversation/outbox.ts";
import type { Lost, ShownLine } from "../conversation/story.ts";
import type { Shared } from "./props.ts";

/** Under a line that the bridge has not confirmed: how it stands, and what the visitor can do. */
export function SendingMark({ line: { id, text, state }, chat, words }: Shared & { line: OutboxLine }) {
  if (typeof state === "string") return <p class="mark">{words[state]}</p>;
  const code = state.refused;
  if (code === "too_fast") return <p class="mark">{words.waitingToSend}</p>;

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
      {isSetAside(code) && code !== "too_much_today" ? (
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
export function LostMark({ line, why, isLast, chat, words }: Shared & { line: ShownLine; why: Lost; isLast: boolean }) {
  return (
    <div class="mark problem">
      <p>{words.lost[why]}</p>
      {isLast && chat.phase() === "automated" && (
        <button type="button" class="pill" onClick={() => chat.say(line.text)}>
          {words.tryAgain}
        </button>
      )}
    </div>
  );
}
