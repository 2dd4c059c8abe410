import type { RefusalCode } from "../connection/refusal.ts";
import type { WordName } from "../words/translation.ts";
import { Fallback } from "./Fallback.tsx";
import type { Shared } from "./props.ts";
import { Rating } from "./Rating.tsx";
import { watched } from "./watched.ts";

/** In the composer's place when it no longer serves: every way on there is. Why is said by `Status`, or here where it says nothing any more. */
export const Sheet = watched(function Sheet(shared: Shared) {
  const { chat, say } = shared;
  const code = chat.over.value;
  const reason = code ? (reasons[code] ?? "notNow") : chat.isErased.value && "deleted";
  if (reason) {
    return (
      <div class="sheet" role="alert">
        <p class="lead">{say(reason)}</p>
        {reason !== "outdated" && reason !== "notHere" && <StartNew {...shared} />}
      </div>
    );
  }
  return (
    <div class="sheet">
      <Fallback {...shared} />
      {chat.phase.value === "ended" && <Rating {...shared} />}
      <StartNew {...shared} />
    </div>
  );
});

/** The way on when a chat is over. */
function StartNew({ chat, say, mistakes }: Shared) {
  function start({ currentTarget }: Event): void {
    // This button goes away; whoever uses the keyboard stays in the panel.
    (currentTarget as HTMLElement).closest<HTMLElement>(".panel")?.focus(); // it is on the button
    mistakes.value = {};
    chat.startNew();
  }
  return (
    <button type="button" class="primary" part="new" onClick={start}>
      {say("startNew")}
    </button>
  );
}

const reasons: { [code in RefusalCode]?: WordName } = {
  unauthorized: "over",
  not_found: "over",
  outdated: "outdated",
  forbidden_origin: "notHere",
  unknown_site: "notHere",
};
