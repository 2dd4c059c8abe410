import type { Shared } from "./props.ts";
import { renderText } from "./text.ts";
import { watched } from "./watched.ts";

/** The site's words, before the first message: what is out of order, which stays in sight, what has to be said, and a welcome. */
export const Welcome = watched(function Welcome({ chat, look }: Shared) {
  const { welcome, banner, disclaimer, disclaimerUntil } = look.value;
  return (
    <>
      {banner && (
        <div class="notice disclaimer banner" dir="auto">
          {renderText(banner, "markdown")}
        </div>
      )}
      {disclaimer && !(disclaimerUntil && hasSpoken(chat)) && (
        <div class="notice disclaimer" dir="auto">
          {renderText(disclaimer, "markdown")}
        </div>
      )}
      {welcome && (
        <p class="notice" dir="auto">
          {welcome}
        </p>
      )}
    </>
  );
});

/** What can be said with one press, while the visitor has said nothing. */
export const Suggestions = watched(function Suggestions({ chat, look }: Shared) {
  const { suggestions = [] } = look.value;
  if (hasSpoken(chat) || !chat.assistantListens.value || chat.consent.value !== null || suggestions.length === 0) return null;
  return (
    <div class="row suggestions">
      {suggestions.map((text) => (
        <button key={text} type="button" class="pill" dir="auto" onClick={() => chat.say(text)}>
          {text}
        </button>
      ))}
    </div>
  );
});

function hasSpoken({ waiting, story }: Shared["chat"]): boolean {
  return waiting.value.length > 0 || story.value.shown.some((item) => item.kind === "line" && item.by === "visitor");
}
