import { useSignal } from "@preact/signals";
import type { Shared } from "./Panel.tsx";
import { StartNew } from "./StartNew.tsx";

const scores = [1, 2, 3, 4, 5];

/** After the end: how it was, which may be skipped, and the way to a new chat. */
export function Rating({ chat, words }: Shared) {
  const score = useSignal(0);
  const comment = useSignal("");
  const state = useSignal<"asking" | "sending" | "failed" | "done">("asking");
  const { endedBy, hasRated } = chat.story.value;

  async function rate(given: number | null): Promise<void> {
    state.value = "sending";
    state.value = (await chat.rate(given, given === null ? "" : comment.value.trim())) === null ? "done" : "failed";
  }

  const isDone = hasRated || state.value === "done";
  return (
    <div class="sheet">
      <p class="lead">{endedBy ? words.ended[endedBy] : words.endedPlain}</p>
      {isDone ? (
        <p>{score.value > 0 && words.rated}</p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void rate(score.value);
          }}
        >
          <fieldset class="scores">
            <legend>{words.rate}</legend>
            {scores.map((value) => (
              <label key={value} title={words.score(value)}>
                <input
                  type="radio"
                  name="score"
                  aria-label={words.score(value)}
                  checked={score.value === value}
                  onChange={() => (score.value = value)}
                />
                <span aria-hidden="true">{value}</span>
              </label>
            ))}
            <span class="ends" aria-hidden="true">
              <span>{words.worst}</span>
              <span>{words.best}</span>
            </span>
          </fieldset>
          {score.value > 0 && (
            <label class="field">
              {words.comment}
              <textarea rows={2} maxLength={2_000} value={comment.value} onInput={(event) => (comment.value = event.currentTarget.value)} />
            </label>
          )}
          {state.value === "failed" && <p class="problem">{words.couldNotSend}</p>}
          <div class="row">
            <button type="submit" class="secondary" disabled={score.value === 0 || state.value === "sending"}>
              {words.sendRating}
            </button>
            <button type="button" class="quiet" onClick={() => void rate(null)}>
              {words.skip}
            </button>
          </div>
        </form>
      )}
      <StartNew chat={chat} words={words} />
    </div>
  );
}
