import { Call } from "./Call.tsx";
import { formIn } from "./form.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Nobody could be reached: what the visitor can do instead. */
export const Fallback = watched(function Fallback(shared: Shared) {
  const { chat, say } = shared;
  const { offers, hasLeftMessage } = chat.story.value;
  const takesMessage = chat.phase.value === "failed" && !hasLeftMessage;
  return (
    <>
      {offers.map((offer) =>
        offer.type === "phone" ? (
          <div key={offer.number} class="card">
            <Call title={offer.label || say("callUs")} number={offer.number} />
            <p>
              {say("reference")} <strong class="code">{offer.reference}</strong>
            </p>
          </div>
        ) : (
          takesMessage && <MessageForm key="message" {...shared} />
        ),
      )}
    </>
  );
});

/** Checked here, in our own words; the bridge checks again. */
const MessageForm = watched(function MessageForm({ chat, say, mistakes }: Shared) {
  const refused = chat.refusedWish("message");

  function leave(event: SubmitEvent): void {
    const form = event.currentTarget as HTMLFormElement; // submit is a form's
    const given = formIn(event);
    const [name, email, text] = [given("name"), given("email"), given("text")];
    mistakes.value = {
      ...(!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && { email: say("emailInvalid") }),
      ...(text === "" && { text: say("messageEmpty") }),
    };
    const [wrong] = Object.keys(mistakes.value);
    if (wrong) form.querySelector<HTMLElement>(`[name=${wrong}]`)?.focus();
    else void chat.ask("message", { ...(name && { name }), email, text });
  }
  const mistake = (field: string) => mistakes.value[field] ?? (field === "email" && refused === "invalid" ? say("emailInvalid") : null);
  const marks = (field: string) => ({
    name: field,
    "aria-invalid": mistake(field) !== null,
    "aria-describedby": mistake(field) ? `baton-${field}` : undefined,
  });
  const said = (field: string) =>
    mistake(field) && (
      <p class="problem" id={`baton-${field}`}>
        {mistake(field)}
      </p>
    );
  return (
    <form class="card" noValidate onSubmit={leave}>
      <h3>{say("leaveMessage")}</h3>
      <p>{say("leaveMessageWhy")}</p>
      <label class="field">
        {say("name")}
        <input name="name" autocomplete="name" maxLength={100} />
      </label>
      <label class="field">
        {say("email")}
        <input {...marks("email")} type="email" autocomplete="email" maxLength={254} required />
      </label>
      {said("email")}
      <label class="field">
        {say("yourMessage")}
        <textarea {...marks("text")} rows={3} maxLength={4_000} required />
      </label>
      {said("text")}
      {refused && refused !== "invalid" && (
        <p class="problem" role="alert">
          {say("couldNotSend")}
        </p>
      )}
      <button type="submit" class="primary" disabled={chat.isWishing("message")}>
        {say("sendMessage")}
      </button>
    </form>
  );
});
