import type { ComponentChild, VNode } from "preact";
import type { Part } from "./part.ts";
import { watched } from "./watched.ts";

/** Something of a part that is loaded by itself: nothing until that is there. That it could not be loaded is said once, by `NotLoaded`. */
export const Loaded = watched(function Loaded({ from, draw }: LoadedProps<object>) {
  const parts = from.parts.value;
  if (parts === "coming") from.load();
  return typeof parts === "object" ? draw(parts) : null;
}) as unknown as <Parts extends object>(props: LoadedProps<Parts>) => VNode; // what is wrapped cannot be generic

interface LoadedProps<Parts extends object> {
  from: Part<Parts>;
  draw(parts: Parts): ComponentChild;
}
