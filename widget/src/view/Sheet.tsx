import { Fallback } from "./Fallback.tsx";
import type { SharedLater } from "./props.ts";
import { Rating } from "./Rating.tsx";

/** In the composer's place when it no longer serves: why, and every way on there is. */
export function Sheet(shared: SharedLater) {
  const { chat, words } = shared;
  const code = chat.over.value;
  const isEnded = chat.phase.value === "ended";
  const { offers, hasLeftMessage } = chat.story.value;
  if (code) {
    return (
      <div class="sheet" role="alert">
        <p class="lead">{words.over[code] ?? words.notNow}</p>
        {code !== "outdated" && <StartNew {...shared} />}
      </div>
    );
  }
  return (
    <div class="sheet">
      {(!isEnded || offers.length > 0 || hasLeftMessage) && <Fallback {...shared} />}
      {isEnded && <Rating {...shared} />}
      <StartNew {...shared} />
    </div>
  );
}

/** The way on when a chat is over. */
function StartNew({ chat, words, isEnding, mistakes }: SharedLater) {
  function start({ currentTarget }: Event): void {
    // This button goes away; whoever uses the keyboard stays in the panel.
    (currentTarget as HTMLElement).closest<HTMLElement>(".panel")?.focus(); // it is on the button
    isEnding.value = false;
    mistakes.value = {};
    chat.startNew();
  }
  return (
    <button type="button" class="primary" onClick={start}>
      {words.startNew}
    </button>
  );
}
