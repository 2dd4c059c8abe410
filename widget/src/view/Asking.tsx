import { Field } from "./Field.tsx";
import { formIn, isRight, looksLikeEmail } from "./form.ts";
import type { Shared } from "./props.ts";
import { saveTranscript } from "./transcript.ts";
import { watched } from "./watched.ts";
import { whileItRuns } from "./while-it-runs.ts";

/** Under the header: what the visitor has opened there. */
export const Asking = watched(function Asking(shared: Shared) {
  const { chat, say, asking } = shared;
  const isOpen = chat.session.value !== null && !chat.over.value;
  if (asking.value === "more") return <More {...shared} />;
  if (asking.value === "mail") return <MailTo {...shared} />;
  if (typeof asking.value === "object" && asking.value)
    return (
      <p class="row sure" role="status">
        {say("mailed", { email: asking.value.mailedTo })}
      </p>
    );
  if (asking.value === "end" && (!isOpen || chat.phase.value === "ended")) return null;
  return asking.value === "end" ? (
    <Sure
      {...shared}
      wish="leave"
      question={say("endChatSure")}
      yes={say("endChat")}
      no={say("endChatNo")}
      onYes={() => chat.ask("leave", {})}
    />
  ) : (
    <Sure {...shared} wish="erase" question={say("deleteSure")} yes={say("deleteYes")} no={say("deleteNo")} onYes={() => chat.erase()} />
  );
});

interface Question {
  wish: "leave" | "erase";
  question: string;
  yes: string;
  no: string;
  onYes(): void;
}

/** Asks once more before something is done that cannot be undone. Whoever is asked is at the answer that changes nothing. */
const Sure = watched(function Sure({ chat, say, asking, wish, question, yes, no, onYes }: Shared & Question) {
  return (
    <div class="row sure" role="group" aria-label={question}>
      <p role="alert">{question}</p>
      {chat.refusedWish(wish) && (
        <p class="problem" role="alert">
          {say("couldNotSend")}
        </p>
      )}
      <button type="button" class="danger" onClick={onYes} {...whileItRuns(chat.isWishing(wish))}>
        {yes}
      </button>
      <button type="button" class="secondary" ref={focus} onClick={() => (asking.value = null)}>
        {no}
      </button>
    </div>
  );
});

/** Where what was said shall be sent. */
const MailTo = watched(function MailTo(shared: Shared) {
  const { chat, say, asking, mistakes } = shared;
  const refused = chat.refusedWish("mail");

  async function send(event: SubmitEvent): Promise<void> {
    const email = formIn(event)("recipient");
    const wrong = { ...(!looksLikeEmail(email) && { recipient: say("emailInvalid") }) };
    const speakers = { visitor: say("you"), assistant: say("assistant"), agent: say("person") };
    if (isRight(event, wrong, mistakes) && (await chat.ask("mail", { email, speakers }))) asking.value = { mailedTo: email };
  }
  return (
    <form class="sure" aria-label={say("mailChat")} noValidate onSubmit={send}>
      <h3>{say("mailChat")}</h3>
      <Field {...shared} name="recipient" label={say("email")} problem={refused === "invalid" ? say("emailInvalid") : null}>
        {(marks) => <input {...marks} ref={focus} type="email" autocomplete="email" maxLength={254} required />}
      </Field>
      {refused && refused !== "invalid" && (
        <p class="problem" role="alert">
          {say("couldNotSend")}
        </p>
      )}
      <div class="row">
        <button type="submit" class="primary" {...whileItRuns(chat.isWishing("mail"))}>
          {say("send")}
        </button>
        <button type="button" class="secondary" onClick={() => (asking.value = null)}>
          {say("close")}
        </button>
      </div>
    </form>
  );
});

const focus = (field: HTMLElement | null): void => field?.focus();

/** Everything that a visitor may want to do with a chat, beside chatting. */
const More = watched(function More(shared: Shared) {
  const { chat, say, asking, habits } = shared;
  const { privacy, terms } = chat.site.value ?? {};
  const hasStory = chat.story.value.shown.length > 0;
  const isWithPerson = !["automated", "failed", "ended"].includes(chat.phase.value);

  function turn(habit: "sound" | "notices", isOn: boolean): void {
    const others = habits.value.split(" ").filter((one) => one !== habit);
    habits.value = [...others, ...(isOn ? [habit] : [])].join(" ");
  }
  async function switchNotices({ currentTarget }: Event): Promise<void> {
    const box = currentTarget as HTMLInputElement; // change is a box's
    const isAllowed = box.checked && "Notification" in window && (await Notification.requestPermission()) === "granted";
    turn("notices", isAllowed);
    shared.mistakes.value = box.checked && !isAllowed ? { notify: say("notifyBlocked") } : {};
    box.checked = isAllowed;
  }
  return (
    <div class="more" role="group" aria-label={say("more")}>
      {hasStory && (
        <button type="button" onClick={() => saveTranscript(shared)}>
          {say("saveChat")}
        </button>
      )}
      {hasStory && chat.site.value?.mailsTranscript && chat.session.value && (
        <button type="button" onClick={() => (asking.value = "mail")}>
          {say("mailChat")}
        </button>
      )}
      {hasStory && !isWithPerson && (
        <button type="button" part="new" onClick={() => chat.startNew()}>
          {say("startNew")}
        </button>
      )}
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={habits.value.includes("sound")}
          onChange={({ currentTarget }) => turn("sound", currentTarget.checked)}
        />
        {say("sound")}
      </label>
      <label>
        <input type="checkbox" role="switch" checked={habits.value.includes("notices")} onChange={switchNotices} />
        {say("notify")}
      </label>
      {shared.mistakes.value["notify"] && (
        <p class="problem" role="alert">
          {shared.mistakes.value["notify"]}
        </p>
      )}
      {chat.session.value && (
        <button type="button" class="problem" onClick={() => (asking.value = "erase")}>
          {say("deleteData")}
        </button>
      )}
      <div class="row">
        {linkTo(privacy, say("privacy"))}
        {linkTo(terms, say("terms"))}
      </div>
    </div>
  );
});

/** To a page of the site's, and to nothing that could be anything else (T1). */
function linkTo(address: string | null | undefined, words: string) {
  return (
    address &&
    /^https?:/.test(address) && (
      <a href={address} target="_blank" rel="noopener noreferrer">
        {words}
      </a>
    )
  );
}
