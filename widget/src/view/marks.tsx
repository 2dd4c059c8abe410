import type { OutboxLine } from "../conversation/outbox.ts";
import { isSetAside } from "../conversation/outbox.ts";
import type { Lost, ShownLine } from "../conversation/story.ts";
import type { Words } from "../words.ts";
import type { Shared } from "./Panel.tsx";
import { AskForPerson } from "./Status.tsx";

/** Under a line that the bridge has not confirmed: how it stands, and what the visitor can do. */
export function SendingMark({ line: { id, text, state }, chat, words }: Shared & { line: OutboxLine }) {
  if (state === "sending") return <p class="mark">{words.sending}</p>;
  if (state === "sent") return <p class="mark">{words.sent}</p>;
  const code = state.refused;
  if (code === "too_fast") return <p class="mark">{words.waitingToSend}</p>;

  const why = {
    invalid: words.notAccepted,
    conflict: words.notAccepted,
    too_large: words.tooLong,
    ended: words.endedBefore,
    too_much_today: words.tooMuchToday,
  } as Partial<Record<typeof code, string>>; // every other reason is said by the panel as a whole
  function edit(): void {
    chat.takeBack(id);
    chat.write([text, chat.draft.value].filter(Boolean).join("\n"));
  }
  return (
    <p class="mark problem">
      {why[code] ?? words.notDelivered}{" "}
      {!isSetAside(code) || code === "too_much_today" ? (
        <button type="button" class="text" onClick={() => chat.tryAgain()}>
          {words.tryAgain}
        </button>
      ) : (
        <>
          <button type="button" class="text" onClick={edit}>
            {words.edit}
          </button>{" "}
          <button type="button" class="text" onClick={() => chat.takeBack(id)}>
            {words.remove}
          </button>
        </>
      )}
    </p>
  );
}

/** Under a line that the person has not got. */
export function DeliveryMark({ state, words }: { state: "delayed" | "undelivered"; words: Words }) {
  return <p class={state === "delayed" ? "mark" : "mark problem"}>{words[state]}</p>;
}

/** Under a line that the assistant will not answer. Saying it again is a new line, because the first may have been understood. */
export function LostMark({ line, why, isLast, ...shared }: Shared & { line: ShownLine; why: Lost; isLast: boolean }) {
  const { chat, words } = shared;
  return (
    <div class="mark problem" role="group">
      <p>{words.lost[why]}</p>
      {isLast && chat.phase.value === "automated" && (
        <div class="row">
          <button type="button" class="pill" onClick={() => chat.say(line.text)}>
            {words.tryAgain}
          </button>
          {chat.site.value?.mayAskForPerson && <AskForPerson {...shared} />}
        </div>
      )}
    </div>
  );
}
