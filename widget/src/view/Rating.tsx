import { formIn } from "./form.ts";
import type { Shared } from "./props.ts";
import { StartNew } from "./StartNew.tsx";

const scores = [1, 2, 3, 4, 5];

/** After the end: how it was, which may be skipped, and the way to a new chat. */
export function Rating(shared: Shared) {
  const { chat, words } = shared;
  const { endedBy, rated } = chat.story();

  function rate(event: SubmitEvent): void {
    const given = formIn(event);
    void chat.rate(Number(given("score")), given("comment"));
  }
  return (
    <div class="sheet">
      <p class="lead">{words.ended[endedBy ?? "agent"]}</p>
      {rated ? (
        rated.score !== null && <p>{words.rated}</p>
      ) : (
        <form class="rating" onSubmit={rate}>
          <fieldset>
            <legend>{words.rate}</legend>
            <div class="scores">
              {scores.map((value) => (
                <label key={value}>
                  <input type="radio" name="score" required value={value} aria-label={words.score(value)} />
                  <span aria-hidden="true">{value}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <label class="field">
            {words.comment}
            <textarea name="comment" rows={2} maxLength={2_000} />
          </label>
          {chat.refusedWish("rating") && (
            <p class="problem" role="alert">
              {words.couldNotSend}
            </p>
          )}
          <div class="row">
            <button type="submit" class="secondary" disabled={chat.isWishing("rating")}>
              {words.sendRating}
            </button>
            <button type="button" onClick={() => chat.rate(null, "")}>
              {words.skip}
            </button>
          </div>
        </form>
      )}
      <StartNew {...shared} />
    </div>
  );
}
