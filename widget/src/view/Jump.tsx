import { CLOSE, Icon } from "./Icon.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** For who has scrolled up: the way back to the end, and how much has come there meanwhile. */
export const Jump = watched(function Jump({ chat, say, scrolledUpFrom }: Shared) {
  const from = scrolledUpFrom.value;
  if (from === null) return null;
  const count = chat.story.value.shown.filter((item) => item.kind === "line" && item.by !== "visitor" && item.seq > from).length;

  function jump({ currentTarget }: Event): void {
    const log = (currentTarget as HTMLElement).closest(".panel")?.querySelector<HTMLElement>(".log"); // it is on the button
    log?.focus();
    log?.scrollTo({ top: log.scrollHeight });
  }
  return (
    <div class="jump">
      <button type="button" class="secondary" onClick={jump} aria-label={count > 0 ? undefined : say("latest")}>
        {count > 0 && say("newMessages", { count })}
        <Icon of={CLOSE} />
      </button>
    </div>
  );
});
