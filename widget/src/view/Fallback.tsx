import type { ComponentChildren } from "preact";
import { Call } from "./Call.tsx";
import { Field } from "./Field.tsx";
import { formIn, isRight, looksLikeEmail } from "./form.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";
import { whileItRuns } from "./while-it-runs.ts";

/** Nobody could be reached: what the visitor can do instead. */
export const Fallback = watched(function Fallback(shared: Shared) {
  const { chat, say } = shared;
  const { offers, hasLeft } = chat.story.value;
  const forms = chat.phase.value === "failed" && !hasLeft ? offers.filter(({ type }) => type !== "phone") : [];
  return (
    <>
      {offers.map((offer) => {
        if (offer.type === "phone")
          return (
            <div key={offer.number} class="card">
              <Call title={offer.label || say("callUs")} number={offer.number} />
              <p>
                {say("reference")} <strong class="code">{offer.reference}</strong>
              </p>
            </div>
          );
        const Form = { leave_message: MessageForm, callback: CallbackForm }[offer.type];
        return forms.includes(offer) && Form && <Form key={offer.type} {...shared} isAlone={forms.length === 1} />;
      })}
    </>
  );
});

type FormProps = Shared & { isAlone: boolean };

/** Checked here, in our own words; the bridge checks again. */
const MessageForm = watched(function MessageForm({ isAlone, ...shared }: FormProps) {
  const { chat, say, mistakes } = shared;

  async function leave(event: SubmitEvent): Promise<void> {
    const given = formIn(event);
    const [name, email, text] = [given("name"), given("email"), given("text")];
    const wrong = {
      ...(!looksLikeEmail(email) && { email: say("emailInvalid") }),
      ...(text === "" && { text: say("messageEmpty") }),
    };
    if (isRight(event, wrong, mistakes) && (await chat.ask("message", { ...(name && { name }), email, text }))) chat.write(""); // it began as the draft
  }
  return (
    <LeaveForm
      {...shared}
      wish="message"
      title={say("leaveMessage")}
      why={say("leaveMessageWhy")}
      yes={say("sendMessage")}
      isAlone={isAlone}
      onSubmit={leave}
    >
      <Field {...shared} name="email" label={say("email")} problem={chat.refusedWish("message") === "invalid" ? say("emailInvalid") : null}>
        {(marks) => <input {...marks} type="email" autocomplete="email" maxLength={254} required />}
      </Field>
      <Field {...shared} name="text" label={say("yourMessage")} problem={null}>
        {(marks) => <textarea {...marks} rows={3} maxLength={4_000} required defaultValue={chat.draft.value} />}
      </Field>
    </LeaveForm>
  );
});

/** Which numbers can be called the bridge knows. */
const CallbackForm = watched(function CallbackForm({ isAlone, ...shared }: FormProps) {
  const { chat, say, mistakes } = shared;

  function leave(event: SubmitEvent): void {
    const given = formIn(event);
    const [name, phone, text] = [given("name"), given("phone"), given("about")];
    const wrong = { ...(phone.replaceAll(/\D/g, "").length < 5 && { phone: say("phoneInvalid") }) };
    if (isRight(event, wrong, mistakes)) void chat.ask("callback", { ...(name && { name }), phone, text });
  }
  return (
    <LeaveForm
      {...shared}
      wish="callback"
      title={say("callback")}
      why={say("callbackWhy")}
      yes={say("askCallback")}
      isAlone={isAlone}
      onSubmit={leave}
    >
      <Field
        {...shared}
        name="phone"
        label={say("phone")}
        problem={chat.refusedWish("callback") === "invalid" ? say("phoneInvalid") : null}
      >
        {(marks) => <input {...marks} type="tel" autocomplete="tel" maxLength={40} required />}
      </Field>
      <Field {...shared} name="about" label={say("callAbout")} problem={null}>
        {(marks) => <textarea {...marks} rows={2} maxLength={4_000} />}
      </Field>
    </LeaveForm>
  );
});

interface Leaving {
  wish: "message" | "callback";
  title: string;
  why: string;
  yes: string;
  /** Beside another it is opened first. */
  isAlone: boolean;
  onSubmit(event: SubmitEvent): void;
  children: ComponentChildren;
}

const LeaveForm = watched(function LeaveForm({ chat, say, wish, title, why, yes, isAlone, onSubmit, children }: Shared & Leaving) {
  const refused = chat.refusedWish(wish);
  const form = (
    <form noValidate onSubmit={onSubmit}>
      {isAlone && <h3>{title}</h3>}
      <p>{why}</p>
      <label class="field">
        {say("name")}
        <input name="name" autocomplete="name" maxLength={100} />
      </label>
      {children}
      {refused && refused !== "invalid" && (
        <p class="problem" role="alert">
          {say("couldNotSend")}
        </p>
      )}
      <button type="submit" class="primary" {...whileItRuns(chat.isWishing(wish))}>
        {yes}
      </button>
    </form>
  );
  if (isAlone) return form;
  return (
    <details class="card" name="baton-leave">
      <summary>{title}</summary>
      {form}
    </details>
  );
});
