import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** What could not be loaded. */
export const missingFrom = ({ later, forms, files }: Shared) => [later, forms, files].filter(({ parts }) => parts.value === "failed");

/** Says that something is missing, and offers to try again. */
export const NotLoaded = watched(function NotLoaded(shared: Shared) {
  const { say } = shared;
  const missing = missingFrom(shared);
  return missing.length > 0 ? (
    <div class="status" role="alert">
      <p>{say("notLoaded")}</p>
      <button class="primary" onClick={() => missing.forEach(({ load }) => load())}>
        {say("tryAgain")}
      </button>
    </div>
  ) : null;
});
