import type { ShownLine } from "../conversation/story.ts";
import { Call } from "./Call.tsx";
import { Icon } from "./Icon.tsx";
import { readLink } from "./link.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** What came with a line beside its words. Nothing is loaded from elsewhere: an image is a link until the visitor follows it. */
export const Extras = watched(function Extras({ line: { rich }, isLast, chat, say }: Shared & { line: ShownLine; isLast: boolean }) {
  if (!rich) return null;
  return (
    <div class="rich">
      {rich.attachments.map(({ title, url, action }) => {
        const link = readLink(url, "");
        return (
          link && (
            <a key={url} class="call" href={link.href} target="_blank" rel="noopener noreferrer nofollow">
              <Icon of="link" />
              <span>
                <strong dir="auto">{title || action || link.host}</strong>
                <bdi>{link.host}</bdi>
              </span>
            </a>
          )
        );
      })}
      {rich.calls.map(({ title, number }) => (
        <Call key={number} title={say("call", { title })} number={number} />
      ))}
      {isLast && chat.assistantListens.value && rich.suggestions.length > 0 && (
        <div class="row" role="group" aria-label={say("suggestions")}>
          {rich.suggestions.map(({ text }) => (
            <button key={text} type="button" class="pill" onClick={() => chat.say(text)}>
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
});
