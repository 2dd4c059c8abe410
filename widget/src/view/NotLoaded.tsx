import { phaseOf } from "./phase-of.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** What could not be loaded. */
export const missingFrom = ({ later, forms, files }: Shared) => [later, forms, files].filter(({ parts }) => parts.value === "failed");

/** Says that something is missing, and offers to try again. Where a connection is missing that is said instead, and both are tried by themselves. */
export const NotLoaded = watched(function NotLoaded(shared: Shared) {
  const { chat, say } = shared;
  const missing = missingFrom(shared);
  return missing.length > 0 && (chat.isReachable.value || phaseOf(chat) === "ended") ? (
    <div class="status" role="alert">
      <p>{say("notLoaded")}</p>
      <button class="primary" onClick={() => missing.forEach(({ load }) => load())}>
        {say("tryAgain")}
      </button>
    </div>
  ) : null;
});
