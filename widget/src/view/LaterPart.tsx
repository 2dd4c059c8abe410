import type { ComponentChild } from "preact";
import type { LaterParts } from "./later.ts";
import type { Shared } from "./props.ts";

/** What comes with the part that is loaded later: nothing until it is there, and a sentence with a way to try again if it does not come. */
export function LaterPart({ draw, ...shared }: Shared & { draw: (parts: LaterParts) => ComponentChild }) {
  const { later, words } = shared;
  const parts = later.parts.value;
  if (typeof parts === "object") return <>{draw(parts)}</>;
  if (parts === "failed") {
    return (
      <div class="sheet" role="alert">
        <p>{words.notLoaded}</p>
        <button type="button" class="pill" onClick={later.load}>
          {words.tryAgain}
        </button>
      </div>
    );
  }
  return null;
}
