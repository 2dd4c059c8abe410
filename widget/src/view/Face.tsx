import type { Shown, ShownLine } from "../conversation/story.ts";
import type { LaterParts } from "./parts.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/**
 * The face of the person who speaks: their own picture, which the bridge fetches from wherever their platform keeps it; else the one that
 * the site has for all of them; else the letters that their name begins with.
 */
export const Face = watched(function Face({ line, Picture, ...shared }: Shared & { line: ShownLine; Picture: LaterParts["Picture"] }) {
  const { look, chat, say, fetch } = shared;
  const sites = look.value.avatars?.agent;
  const session = chat.session.value;
  const own = session && pictureOf(line, chat.story.value.shown);
  return (
    <span class="face" aria-hidden="true">
      {initialsOf(line.name ?? say("person"))}
      {sites && <Picture {...shared} path={sites} of="avatar" />}
      {own && (
        <Picture
          {...shared}
          key={own}
          path={`/v1/conversations/${session.conversation}/pictures/${own}`}
          of="avatar"
          fetch={(address) => fetch(address, { headers: { authorization: `Bearer ${session.token}` }, referrerPolicy: "no-referrer" })}
        />
      )}
    </span>
  );
});

/** What the bridge calls the picture of whoever of that name had come last before the line. */
function pictureOf({ name, seq }: ShownLine, shown: Shown[]): string | undefined {
  const came = shown.findLast((item) => item.seq < seq && item.kind === "notice" && item.what.type === "agent_joined");
  return came?.kind === "notice" && came.what.type === "agent_joined" && came.what.name === name ? came.what.picture : undefined;
}

/** Of the first word and the last. */
function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]\S*/gu) ?? [name]; // "(Returns)" begins with R
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
}
