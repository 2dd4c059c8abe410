import type { ShownLine } from "../conversation/story.ts";
import { Call } from "./Call.tsx";
import { Icon, LINK } from "./Icon.tsx";
import { readLink } from "./link.ts";
import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** What came with a line beside its words. Nothing is loaded from hosts that the site has not named, until the visitor asks for it (T3). */
export const Extras = watched(function Extras({ line: { rich }, isLast, ...shared }: Shared & { line: ShownLine; isLast: boolean }) {
  const { chat, say } = shared;
  if (!rich) return null;
  return (
    <div class="rich">
      {rich.attachments.map((attachment) => (
        <Card key={attachment.url} {...attachment} {...shared} />
      ))}
      {rich.calls.map(({ title, number }) => (
        <Call key={number} title={title === number ? say("call", { title }) : title} number={number} />
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

/** A link as a card. Its image is loaded at once only from where the site says so. */
const Card = watched(function Card({ title, url, imageUrl, action, chat, say }: Shared & Attachment) {
  const link = readLink(url, "");
  const image = imageUrl && imageUrl.startsWith("https:") ? readLink(imageUrl, "") : null;
  if (!link) return null;
  const isTrusted = image?.host != null && chat.site.value?.images?.includes(image.host);
  const lost = { className: "problem", textContent: say("imageNotLoaded") };

  function show({ currentTarget }: Event): void {
    const details = currentTarget as HTMLDetailsElement; // toggle is its own
    const picture = details.querySelector("img");
    if (details.open && picture && image) picture.src = image.href;
  }
  const picture = (src?: string) => (
    <img
      src={src}
      alt={title}
      decoding="async"
      referrerpolicy="no-referrer"
      onError={({ currentTarget }) => currentTarget.replaceWith(Object.assign(document.createElement("p"), lost))}
    />
  );
  return (
    <div class="attachment">
      {image && isTrusted && picture(image.href)}
      {image && !isTrusted && (
        <details onToggle={show}>
          <summary>{say("showImage", { host: image.host ?? "" })}</summary>
          {picture()}
        </details>
      )}
      <a class="call" href={link.href} target="_blank" rel="noopener noreferrer nofollow">
        <Icon of={LINK} />
        <span>
          <strong>
            <bdi>{title || action || link.host}</bdi>
          </strong>
          <small>
            <bdi>{title && action ? `${action} · ${link.host}` : link.host}</bdi>
          </small>
        </span>
      </a>
    </div>
  );
});

type Attachment = NonNullable<ShownLine["rich"]>["attachments"][number];
