import { Call } from "./Call.tsx";
import { formIn } from "./form.ts";
import type { Shared } from "./props.ts";
import { StartNew } from "./StartNew.tsx";

/** Nobody could be reached: what the visitor can do instead. */
export function Fallback(shared: Shared) {
  const { chat, words } = shared;
  const { failure, offers, hasLeftMessage } = chat.story();
  const sentence = hasLeftMessage ? words.messageIsLeft : failure && words.failed[failure];
  return (
    <div class="sheet">
      {sentence && <p class="lead">{sentence}</p>}
      {offers.map((offer) =>
        offer.type === "phone" ? (
          <div key={offer.number} class="card">
            <Call title={offer.label || words.callUs} number={offer.number} />
            <p>
              {words.reference} <strong class="code">{offer.reference}</strong>
            </p>
          </div>
        ) : (
          !hasLeftMessage && <MessageForm key="message" {...shared} />
        ),
      )}
      {chat.phase() === "failed" && <StartNew {...shared} />}
    </div>
  );
}

/** The browser checks the fields and says what is wrong, in the visitor's language; the bridge checks again. */
function MessageForm({ chat, words }: Shared) {
  const refused = chat.refusedWish("message");

  function leave(event: SubmitEvent): void {
    const given = formIn(event);
    const name = given("name");
    void chat.leaveMessage({ ...(name && { name }), email: given("email"), text: given("text") });
  }
  return (
    <form class="card" onSubmit={leave}>
      <h3>{words.leaveMessage}</h3>
      <p>{words.leaveMessageWhy}</p>
      <label class="field">
        {words.name}
        <input name="name" autocomplete="name" maxLength={100} />
      </label>
      <label class="field">
        {words.email}
        <input name="email" type="email" autocomplete="email" maxLength={254} required pattern=".+@.+[.].+" title="name@example.com" />
      </label>
      <label class="field">
        {words.yourMessage}
        <textarea name="text" rows={3} maxLength={4_000} required />
      </label>
      {refused && (
        <p class="problem" role="alert">
          {refused === "invalid" ? words.emailInvalid : words.couldNotSend}
        </p>
      )}
      <button type="submit" class="primary" disabled={chat.isWishing("message")}>
        {words.sendMessage}
      </button>
    </form>
  );
}
