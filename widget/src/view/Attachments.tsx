import type { Rich } from "@baton/bridge-server/protocol";
import { LinkIcon, PhoneIcon } from "./icons.tsx";
import { readLink } from "./link.ts";
import type { Shared } from "./Panel.tsx";

/** What came with a line. Nothing is loaded from elsewhere: an image is a link until the visitor follows it. */
export function Attachments({ rich, mayAnswer, chat, words }: Shared & { rich: Rich; mayAnswer: boolean }) {
  return (
    <div class="rich">
      {rich.attachments.map((attachment) => (
        <LinkCard key={attachment.url} {...attachment} opensInNewTab={words.opensInNewTab} />
      ))}
      {rich.calls.map(({ title, number }) => (
        <a key={number} class="call" href={`tel:${number.replace(/[^\d+]/g, "")}`}>
          <PhoneIcon />
          <span>
            <strong>{words.call(title)}</strong>
            <bdi>{number}</bdi>
          </span>
        </a>
      ))}
      {mayAnswer && rich.suggestions.length > 0 && (
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

function LinkCard({ title, url, action, opensInNewTab }: { title: string; url: string; action: string | null; opensInNewTab: string }) {
  const link = readLink(url, "");
  if (!link) return null; // nowhere a visitor should be sent
  return (
    <a class="call" href={link.href} target="_blank" rel="noopener noreferrer nofollow" title={opensInNewTab}>
      <LinkIcon />
      <span>
        <strong dir="auto">{title || action || link.host}</strong>
        <bdi>{link.host}</bdi>
      </span>
    </a>
  );
}
