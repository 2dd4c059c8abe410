import type { ShownLine } from "../conversation/story.ts";
import { Loaded } from "./Loaded.tsx";
import { Picture } from "./Picture.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** Who speaks, as a picture: a person has a face, the assistant what the site has for it, if it has one. */
export const Avatar = watched(function Avatar(shared: Shared & { line: ShownLine }) {
  const { by } = shared.line;
  if (by === "agent") return <Loaded from={shared.forms} draw={({ Face }) => <Face {...shared} Picture={Picture} />} />;
  const path = by === "assistant" && shared.look.value.avatars?.assistant;
  return path ? <Picture {...shared} path={path} of="avatar" /> : null;
});
