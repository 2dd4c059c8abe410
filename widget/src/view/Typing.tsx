import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** That somebody is writing, while they are. */
export const Typing = watched(function Typing({ chat, say }: Shared) {
  const isAgent = chat.agentTypes.value && chat.phase.value === "live";
  const who = isAgent ? (chat.story.value.agent ?? say("person")) : chat.assistantThinks.value ? say("assistant") : null;
  return who ? (
    <div class="line typing">
      <span class="hidden">{say("typing", { who })}</span>
      <span class="bubble" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </div>
  ) : null;
});
