import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** The site's words, before the first message. */
export const Welcome = watched(function Welcome({ look }: Shared) {
  const { welcome } = look.value;
  return welcome ? (
    <p class="notice" dir="auto">
      {welcome}
    </p>
  ) : null;
});

/** What can be said with one press, while the visitor has said nothing. */
export const Suggestions = watched(function Suggestions({ chat, look }: Shared) {
  const { suggestions = [] } = look.value;
  const hasSpoken = chat.waiting.value.length > 0 || chat.story.value.shown.some((item) => item.kind === "line" && item.by === "visitor");
  if (hasSpoken || !chat.assistantListens.value || suggestions.length === 0) return null;
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
