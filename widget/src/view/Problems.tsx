import type { Refused } from "../conversation/line-state.ts";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { ShownLine } from "../conversation/story.ts";
import type { RefusalCode } from "../connection/refusal.ts";
import type { WordName } from "../words/translation.ts";
import type { Shared } from "./props.ts";
import { hasNext } from "./Sheet.tsx";
import { watched } from "./watched.ts";

/** Under a line that the bridge has refused: why, and what the visitor can do. */
export function Problem({ of: { id, text }, why: { refused: code, afterMs }, chat, say }: Shared & { of: OutboxLine; why: Refused }) {
  if (code === "too_fast") return <p class="mark">{say("tooFast", { count: Math.ceil((afterMs || 1_000) / 1_000) })}</p>;

  const isOver = chat.over.value !== null || chat.phase.value === "ended";
  const mayEdit = isOver ? hasNext(chat.over.value) : chat.story.value.offers.length === 0; // or there is no field

  function edit(): void {
    chat.takeBack(id);
    chat.write([text, chat.draft.value].filter(Boolean).join("\n"));
    if (isOver) chat.startNew();
  }
  const action = (label: string, act: () => void) => (
    <button type="button" class="text" onClick={act}>
      {label}
    </button>
  );
  return (
    <p class="mark problem">
      {say(refusals[code] ?? "notDelivered")}{" "}
      {code !== "too_much_today" ? (
        <>
          {mayEdit && action(say("edit"), edit)} {action(say("remove"), () => chat.takeBack(id))}
        </>
      ) : (
        action(say("tryAgain"), () => chat.tryAgain())
      )}
    </p>
  );
}

/**
 * Under a line that the assistant will not answer. Saying it again is a new line, because the first may have been understood;
 * the way to a person is right below, as always.
 */
export const Lost = watched(function Lost({ line, isLast, chat, say }: Shared & { line: ShownLine; isLast: boolean }) {
  if (!line.lost) return null;
  return (
    <div class="mark problem lost">
      <p>{say(losses[line.lost])}</p>
      {isLast && chat.phase.value === "automated" && (
        <button type="button" class="pill" onClick={() => chat.say(line.text)}>
          {say("tryAgain")}
        </button>
      )}
    </div>
  );
});

/** Every other refusal is said by the panel as a whole. */
const refusals: { [code in RefusalCode]?: WordName } = {
  invalid: "refusedInvalid",
  too_large: "refusedTooLarge",
  ended: "refusedEnded",
  too_much_today: "refusedToday",
};

const losses = {
  unclear: "lostUnclear",
  unavailable: "lostUnavailable",
  too_long: "lostTooLong",
  refused: "lostRefused",
} satisfies Record<NonNullable<ShownLine["lost"]>, WordName>;
