import type { Rich } from "@baton/bridge-server/protocol";
import { Call } from "./Call.tsx";
import { Icon } from "./Icon.tsx";
import { readLink } from "./link.ts";
import type { Shared } from "./props.ts";

/** What came with a line. Nothing is loaded from elsewhere: an image is a link until the visitor follows it. */
export function Attachments({ rich, mayAnswer, chat, words }: Shared & { rich: Rich; mayAnswer: boolean }) {
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
        <Call key={number} title={words.call(title)} number={number} />
      ))}
      {mayAnswer && (
        <div class="row" role="group" aria-label={words.suggestions}>
          {rich.suggestions.map(({ text }) => (
            <button key={text} type="button" class="pill" onClick={() => chat.say(text)}>
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
