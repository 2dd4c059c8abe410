import { formIn } from "./form.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";
import { whileItRuns } from "./while-it-runs.ts";

const scores = [1, 2, 3, 4, 5];

/** After the end: how it was, which may be skipped. The rest of the form shows when a score is chosen. */
export const Rating = watched(function Rating({ chat, say }: Shared) {
  const { rated } = chat.story.value;

  function rate(event: SubmitEvent): void {
    const given = formIn(event);
    const comment = given("comment");
    void chat.ask("rating", { score: Number(given("score")), ...(comment && { comment }) });
  }
  return (
    <>
      {rated ? (
        rated.score !== null && <p role="status">{say("rated")}</p>
      ) : (
        <form class="rating" onSubmit={rate}>
          <fieldset>
            <legend>{say("rate")}</legend>
            <div class="scores">
              {scores.map((value) => (
                <label key={value}>
                  <input
                    type="radio"
                    name="score"
                    required
                    value={value}
                    aria-label={say("score", { score: value })}
                    onChange={({ currentTarget }) => currentTarget.form?.setAttribute("data-chosen", "")}
                  />
                  <span aria-hidden="true">{value}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <label class="field chosen">
            {say("comment")}
            <textarea name="comment" rows={2} maxLength={2_000} />
          </label>
          {chat.refusedWish("rating") && (
            <p class="problem" role="alert">
              {say("couldNotSend")}
            </p>
          )}
          <div class="row">
            <button type="submit" class="primary chosen" {...whileItRuns(chat.isWishing("rating"))}>
              {say("sendRating")}
            </button>
            <button type="button" onClick={() => chat.ask("rating", { score: null })}>
              {say("skip")}
            </button>
          </div>
        </form>
      )}
    </>
  );
});
