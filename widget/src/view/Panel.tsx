import { useSignal } from "@preact/signals";
import { useErrorBoundary } from "preact/hooks";
import type { Conversation } from "../conversation/conversation.ts";
import type { Words } from "../words.ts";
import { Composer } from "./Composer.tsx";
import { Fallback } from "./Fallback.tsx";
import { CloseIcon, EndIcon } from "./icons.tsx";
import { Messages } from "./Messages.tsx";
import { Over } from "./Over.tsx";
import { Rating } from "./Rating.tsx";
import { Status } from "./Status.tsx";

/** What every part of the view is given. */
export interface Shared {
  chat: Conversation;
  words: Words;
  locale: string;
}

/** The whole panel. `close` gives the visitor back to the page. */
export function Panel({ close, ...shared }: Shared & { close: () => void }) {
  const { words } = shared;
  const [error, resetError] = useErrorBoundary();
  return (
    <>
      <Header {...shared} close={close} />
      {error ? (
        <div class="sheet">
          <p>{words.broken}</p>
          <button type="button" class="primary" onClick={resetError}>
            {words.reload}
          </button>
        </div>
      ) : (
        <Body {...shared} />
      )}
    </>
  );
}

function Body(shared: Shared) {
  const { chat } = shared;
  const phase = chat.phase.value;
  const { offers, hasLeftMessage } = chat.story.value;
  const isOver = chat.over.value !== null;
  const isEnded = phase === "ended";
  const hasWaysOn = phase === "failed" || (isEnded && (offers.length > 0 || hasLeftMessage));
  return (
    <>
      <Messages {...shared} />
      <Status {...shared} />
      {isOver && <Over {...shared} />}
      {!isOver && hasWaysOn && <Fallback {...shared} />}
      {!isOver && isEnded && <Rating {...shared} />}
      {!isOver && !isEnded && <Composer {...shared} />}
    </>
  );
}

function Header({ chat, words, close }: Shared & { close: () => void }) {
  const isAsking = useSignal(false);
  const hasFailed = useSignal(false);
  const { agent } = chat.story.value;
  const phase = chat.phase.value;
  const mayEnd = chat.session.value !== null && phase !== "ended" && chat.over.value === null;
  const who = phase === "live" ? (agent ?? words.person) : phase === "automated" ? words.assistant : "";

  async function end(): Promise<void> {
    hasFailed.value = (await chat.end()) !== null;
    isAsking.value = hasFailed.value;
  }

  return (
    <header>
      <div class="heading">
        <h2>{chat.site.value?.title ?? words.title}</h2>
        {who && (
          <p class="who" data-person={phase === "live" || undefined}>
            {who}
          </p>
        )}
      </div>
      {mayEnd && !isAsking.value && (
        <button type="button" class="icon" aria-label={words.endChat} title={words.endChat} onClick={() => (isAsking.value = true)}>
          <EndIcon />
        </button>
      )}
      <button type="button" class="icon" aria-label={words.closeChat} title={words.closeChat} onClick={close}>
        <CloseIcon />
      </button>
      {mayEnd && isAsking.value && (
        <div class="sure" role="group" aria-label={words.endChatSure}>
          <p>{hasFailed.value ? words.endFailed : words.endChatSure}</p>
          <button type="button" class="danger" onClick={end}>
            {words.endChatYes}
          </button>
          <button type="button" class="quiet" ref={focusOnce} onClick={() => (isAsking.value = false)}>
            {words.endChatNo}
          </button>
        </div>
      )}
    </header>
  );
}

function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}
