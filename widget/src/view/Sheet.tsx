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
  const lead = code ? (reasons[code] ?? "notNow") : chat.isErased.value ? "deleted" : null;
  return (
    <div class="sheet" role={lead ? "alert" : undefined}>
      {lead ? <p class="lead">{say(lead)}</p> : <Fallback {...shared} />}
      {!lead && chat.phase.value === "ended" && <Rating {...shared} />}
      {hasNext(code) && <StartNew {...shared} />}
    </div>
  );
});

/** Whether another chat can follow where this one is over for that reason. */
export const hasNext = (code: RefusalCode | null): boolean => !["outdated", "notHere"].includes((code && reasons[code]) ?? "");

/** The way on when a chat is over. */
function StartNew({ chat, say, mistakes }: Shared) {
  function start(): void {
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
