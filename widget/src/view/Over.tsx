import { StartNew } from "./StartNew.tsx";
import type { Shared } from "./Panel.tsx";

/** This chat, or the widget itself, is not welcome any more: says why, and offers the way on if there is one. */
export function Over({ chat, words }: Shared) {
  const code = chat.over.value;
  const isGone = code === "unauthorized" || code === "not_found";
  const isMisplaced = code === "forbidden_origin" || code === "unknown_site";
  return (
    <div class="sheet" role="alert">
      <p>{isGone ? words.gone : code === "outdated" ? words.outdated : isMisplaced ? words.notHere : words.notNow}</p>
      {(isGone || code === "invalid") && <StartNew chat={chat} words={words} />}
    </div>
  );
}
