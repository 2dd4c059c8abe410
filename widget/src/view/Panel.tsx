import { Composer } from "./Composer.tsx";
import { Fallback } from "./Fallback.tsx";
import { Icon } from "./Icon.tsx";
import { Messages } from "./Messages.tsx";
import type { Shared } from "./props.ts";
import { Rating } from "./Rating.tsx";
import { StartNew } from "./StartNew.tsx";
import { Status } from "./Status.tsx";

/** The whole panel. */
export function Panel(shared: Shared) {
  const { chat } = shared;
  const phase = chat.phase();
  const { offers, hasLeftMessage } = chat.story();
  const isEnded = phase === "ended";
  const hasWaysOn = phase === "failed" || (isEnded && (offers.length > 0 || hasLeftMessage));
  return (
    <>
      <Header {...shared} />
      <Messages {...shared} />
      <Status {...shared} />
      {chat.over.value ? (
        <Over {...shared} />
      ) : (
        <>
          {hasWaysOn && <Fallback {...shared} />}
          {isEnded ? <Rating {...shared} /> : offers.length === 0 && <Composer {...shared} />}
        </>
      )}
    </>
  );
}

function Header(shared: Shared) {
  const { chat, words, isEnding, close } = shared;
  const phase = chat.phase();
  const mayEnd = chat.session.value !== null && phase !== "ended" && !chat.over.value;
  const who = phase === "live" ? (chat.story().agent ?? words.person) : phase === "automated" ? words.assistant : "";
  return (
    <header>
      <div class="heading">
        <h2>{chat.site()?.title ?? words.title}</h2>
        {who && (
          <p class="who" data-person={phase === "live" || undefined}>
            {who}
          </p>
        )}
      </div>
      {mayEnd && (
        <button
          type="button"
          class="icon"
          aria-label={words.endChat}
          aria-expanded={isEnding.value}
          onClick={() => (isEnding.value = !isEnding.value)}
        >
          <Icon of="end" />
        </button>
      )}
      <button type="button" class="icon" aria-label={words.closeChat} onClick={close}>
        <Icon of="close" />
      </button>
      {mayEnd && isEnding.value && <Ending {...shared} />}
    </header>
  );
}

function Ending({ chat, words, isEnding }: Shared) {
  return (
    <div class="row sure" role="group" aria-label={words.endChatSure}>
      <p role="alert">{chat.refusedWish("leave") ? words.couldNotSend : words.endChatSure}</p>
      <button type="button" class="danger" onClick={() => chat.end()}>
        {words.endChat}
      </button>
      <button type="button" class="secondary" onClick={() => (isEnding.value = false)}>
        {words.endChatNo}
      </button>
    </div>
  );
}

/** This chat, or the widget itself, is not welcome any more: says why, and offers the way on if there is one. */
function Over(shared: Shared) {
  const { chat, words } = shared;
  const code = chat.over.value;
  return (
    <div class="sheet" role="alert">
      <p class="lead">{(code && words.over[code]) ?? words.notNow}</p>
      {code !== "outdated" && <StartNew {...shared} />}
    </div>
  );
}
