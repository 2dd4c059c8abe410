import type { ComponentChild } from "preact";
import type { Part } from "./part.ts";
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

interface LoadedProps<Parts extends object> {
  from: Part<Parts>;
  draw(parts: Parts): ComponentChild;
}
