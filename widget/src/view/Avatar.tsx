import type { ShownLine } from "../conversation/story.ts";
import { Picture } from "./Picture.tsx";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** The picture of who speaks, where the site has one. */
export const Avatar = watched(function Avatar(shared: Shared & { line: ShownLine }) {
  const { by } = shared.line;
  const path = by === "visitor" ? undefined : shared.look.value.avatars?.[by];
  return path ? <Picture {...shared} path={path} of="avatar" /> : null;
});
