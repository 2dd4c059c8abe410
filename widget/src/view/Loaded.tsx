import type { ComponentChild } from "preact";
import type { Part } from "./part.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Something of a part that is loaded by itself: nothing until that is there. That it could not be loaded is said once, by `NotLoaded`. */
export function Loaded<Parts extends object>(props: LoadedProps<Parts>) {
  return <WhenThere {...(props as unknown as LoadedProps<object>)} />; // what is wrapped cannot be generic
}

const WhenThere = watched(function WhenThere({ from, draw }: LoadedProps<object>) {
  const parts = from.parts.value;
  if (parts === "coming") from.load();
  return typeof parts === "object" ? <>{draw(parts)}</> : null;
});

/** Says that something is missing, and offers to try again. */
export const NotLoaded = watched(function NotLoaded({ later, forms, files, say }: Shared) {
  const missing = [later, forms, files].filter(({ parts }) => parts.value === "failed");
  return missing.length > 0 ? (
    <div class="sheet" role="alert">
      <p>{say("notLoaded")}</p>
      <button type="button" class="pill" onClick={() => missing.forEach(({ load }) => load())}>
        {say("tryAgain")}
      </button>
    </div>
  ) : null;
});

interface LoadedProps<Parts extends object> {
  from: Part<Parts>;
  draw(parts: Parts): ComponentChild;
}
