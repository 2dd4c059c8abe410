import { COPY, Icon } from "./Icon.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/**
 * What copies a message: one button for all of them. In each message it would be read out with it, and be one more stop for who uses the
 * keyboard. `offerCopy` puts it beside the message that is meant.
 */
export const Copy = watched(function Copy({ chat, say }: Shared) {
  if (!chat.story.value.shown.some(({ kind }) => kind === "line")) return null;
  return (
    <div class="copy">
      <button type="button" class="icon" aria-label={say("copy")}>
        <Icon of={COPY} />
      </button>
      <p aria-live="polite" />
    </div>
  );
});
