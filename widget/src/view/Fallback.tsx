import { useSignal } from "@preact/signals";
import type { Offer } from "@baton/bridge-server/protocol";
import { PhoneIcon } from "./icons.tsx";
import type { Shared } from "./Panel.tsx";
import { StartNew } from "./StartNew.tsx";

/** Nobody could be reached: what the visitor can do instead. */
export function Fallback(shared: Shared) {
  const { chat, words } = shared;
  const { failure, offers, hasLeftMessage } = chat.story.value;
  const phones = offers.filter((offer) => offer.type === "phone");
  const mayLeaveMessage = offers.some(({ type }) => type === "leave_message");
  return (
    <div class="sheet">
      {hasLeftMessage ? (
        <p class="lead">
          {words.leftTitle} {words.leftText}
        </p>
      ) : (
        failure && (
          <p class="lead">
            {words.failed[failure]} {offers.length > 0 && words.failedNow}
          </p>
        )
      )}
      {phones.map((offer) => (
        <PhoneCard key={offer.number} offer={offer} words={words} />
      ))}
      {mayLeaveMessage && !hasLeftMessage && <MessageForm {...shared} />}
      {chat.phase.value === "failed" && <StartNew chat={chat} words={words} />}
    </div>
  );
}

function PhoneCard({ offer, words }: { offer: Extract<Offer, { type: "phone" }>; words: Shared["words"] }) {
  return (
    <div class="card">
      <a class="call" href={`tel:${offer.number.replace(/[^\d+]/g, "")}`}>
        <PhoneIcon />
        <span>
          <strong>{offer.label || words.callUs}</strong>
          <bdi>{offer.number}</bdi>
        </span>
      </a>
      <p>
        {words.reference}: <strong class="code">{offer.reference}</strong>
        <br />
        <small>{words.referenceWhy}</small>
      </p>
    </div>
  );
}

function MessageForm({ chat, words }: Shared) {
  const name = useSignal("");
  const email = useSignal("");
  const text = useSignal("");
  const problem = useSignal<{ at: "email" | "text" | "form"; why: string } | null>(null);
  const isSending = useSignal(false);

  async function leave(event: Event): Promise<void> {
    event.preventDefault();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.value.trim())) return complain("email", words.emailInvalid);
    if (text.value.trim() === "") return complain("text", words.textMissing);
    problem.value = null;
    isSending.value = true;
    const called = name.value.trim();
    const refused = await chat.leaveMessage({ ...(called && { name: called }), email: email.value.trim(), text: text.value.trim() });
    isSending.value = false;
    if (refused === "invalid") complain("email", words.emailInvalid);
    else if (refused) complain("form", words.couldNotSend);
  }
  function complain(at: "email" | "text" | "form", why: string): void {
    problem.value = { at, why };
  }

  const said = (at: string) =>
    problem.value?.at === at && (
      <span class="problem" id={`problem-${at}`} role="alert">
        {problem.value.why}
      </span>
    );
  const marks = (at: string) => (problem.value?.at === at ? { "aria-invalid": true, "aria-describedby": `problem-${at}` } : {});
  return (
    <form class="card" noValidate onSubmit={leave}>
      <h3>{words.leaveMessage}</h3>
      <p>{words.leaveMessageWhy}</p>
      <label class="field">
        {words.name}
        <input autocomplete="name" maxLength={100} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
      </label>
      <label class="field">
        {words.email}
        <input
          type="email"
          autocomplete="email"
          maxLength={254}
          required
          value={email.value}
          onInput={(event) => (email.value = event.currentTarget.value)}
          {...marks("email")}
        />
        {said("email")}
      </label>
      <label class="field">
        {words.yourMessage}
        <textarea
          rows={3}
          maxLength={4_000}
          required
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          {...marks("text")}
        />
        {said("text")}
      </label>
      {said("form")}
      <button type="submit" class="primary" disabled={isSending.value}>
        {words.sendMessage}
      </button>
    </form>
  );
}
