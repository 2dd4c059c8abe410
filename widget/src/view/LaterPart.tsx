import type { ComponentChild } from "preact";
import type { LaterParts } from "./later.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Something of the part that is loaded later: nothing until that is there. That it could not be loaded is said once, by `NotLoaded`. */
export const LaterPart = watched(function LaterPart({ draw, later }: Shared & { draw: (parts: LaterParts) => ComponentChild }) {
  const parts = later.parts.value;
  return typeof parts === "object" ? <>{draw(parts)}</> : null;
});

/** Says that something is missing, and offers to try again. */
export const NotLoaded = watched(function NotLoaded({ later, words }: Shared) {
  return later.parts.value === "failed" ? (
    <div class="sheet" role="alert">
      <p>{words.notLoaded}</p>
      <button type="button" class="pill" onClick={later.load}>
        {words.tryAgain}
      </button>
    </div>
  ) : null;
});
