import { Component, type ComponentChildren } from "preact";
import { Composer } from "./Composer.tsx";
import { Icon } from "./Icon.tsx";
import { LaterPart, NotLoaded } from "./LaterPart.tsx";
import { Messages } from "./Messages.tsx";
import type { Shared } from "./props.ts";
import { Status } from "./Status.tsx";
import { watched } from "./watched.ts";

/** The whole panel. It stands in the corner that the page's direction says; its words run as their language, which is English, does. */
export function Panel(shared: Shared) {
  return (
    <div lang="en" dir="ltr">
      <Guard sentence={shared.words.broken}>
        <Header {...shared} />
        <Messages {...shared} />
        <NotLoaded {...shared} />
        <Status {...shared} />
        <Bottom {...shared} />
      </Guard>
    </div>
  );
}

/** Where the visitor writes, or the way on where that is over. */
const Bottom = watched(function Bottom(shared: Shared) {
  const { chat } = shared;
  const phase = chat.phase.value;
  const isOver = phase === "ended" || chat.over.value !== null;
  return (
    <>
      {(isOver || phase === "failed") && <LaterPart {...shared} draw={({ Sheet }) => <Sheet {...shared} />} />}
      {!isOver && chat.story.value.offers.length === 0 && <Composer {...shared} />}
    </>
  );
});

const Header = watched(function Header(shared: Shared) {
  const { chat, words, isEnding, close } = shared;
  const phase = chat.phase.value;
  const mayEnd = chat.session.value !== null && phase !== "ended" && !chat.over.value;
  const who = phase === "live" ? (chat.story.value.agent ?? words.person) : phase === "automated" ? words.assistant : "";
  return (
    <div class="header">
      <div class="heading">
        <h2>{chat.site.value?.title ?? words.title}</h2>
        {who && (
          <p class="who" data-person={phase === "live" || undefined}>
            {who}
          </p>
        )}
      </div>
      {mayEnd && (
        <button
          type="button"
          class="icon"
          aria-label={words.endChat}
          aria-expanded={isEnding.value}
          onClick={() => (isEnding.value = !isEnding.value)}
        >
          <Icon of="end" />
        </button>
      )}
      {close && (
        <button type="button" class="icon" aria-label={words.closeChat} onClick={close}>
          <Icon of="close" />
        </button>
      )}
      {mayEnd && isEnding.value && <LaterPart {...shared} draw={({ Ending }) => <Ending {...shared} />} />}
    </div>
  );
});

/** A mistake of ours is ours to bear: the page must not see it, and the visitor gets a sentence. Preact tells such things to classes only. */
class Guard extends Component<{ sentence: string; children: ComponentChildren }, { isBroken?: true }> {
  static override getDerivedStateFromError() {
    return { isBroken: true };
  }
  override render() {
    return this.state.isBroken ? <p class="sheet">{this.props.sentence}</p> : this.props.children;
  }
}
