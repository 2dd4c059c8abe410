import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Says that something is missing, and offers to try again. */
export const NotLoaded = watched(function NotLoaded({ later, forms, files, say }: Shared) {
  const missing = [later, forms, files].filter(({ parts }) => parts.value === "failed");
  return missing.length > 0 ? (
    <div class="status" role="alert">
      <p>{say("notLoaded")}</p>
      <button class="primary" onClick={() => missing.forEach(({ load }) => load())}>
        {say("tryAgain")}
      </button>
    </div>
  ) : null;
});
