import { Component, type ComponentChildren } from "preact";
import { Composer } from "./Composer.tsx";
import { CLOSE, END, Icon, MORE } from "./Icon.tsx";
import { Loaded } from "./Loaded.tsx";
import { Messages } from "./Messages.tsx";
import { NotLoaded } from "./NotLoaded.tsx";
import type { Shared } from "./props.ts";
import { Status } from "./Status.tsx";
import { watched } from "./watched.ts";

/** The whole panel. It stands in the corner that the page's direction says; its words run as their language does. */
export const Panel = watched(function Panel(shared: Shared) {
  const { locale, isFromRight } = shared.language;
  return (
    <div lang={locale.value} dir={isFromRight.value ? "rtl" : "ltr"}>
      <Guard sentence={shared.say("broken")}>
        <Header {...shared} />
        <Messages {...shared} />
        <Below {...shared} />
        <NotLoaded {...shared} />
        <Status {...shared} />
        <Bottom {...shared} />
      </Guard>
    </div>
  );
});

/** Over the end of the messages. */
const Below = watched(function Below(shared: Shared) {
  const parts = shared.later.parts.value;
  return typeof parts === "object" ? <parts.OverEnd {...shared} /> : null;
});

/** Where the visitor writes, or the way on where that is over. */
const Bottom = watched(function Bottom(shared: Shared) {
  const { chat } = shared;
  const phase = chat.phase.value;
  const isOver = phase === "ended" || chat.over.value !== null || chat.isErased.value;
  if (chat.consent.value !== null) return <Loaded from={shared.forms} draw={({ Consent }) => <Consent {...shared} />} />;
  return (
    <>
      {(isOver || phase === "failed") && <Loaded from={shared.forms} draw={({ Sheet }) => <Sheet {...shared} />} />}
      {!isOver && chat.story.value.offers.length === 0 && <Composer {...shared} />}
    </>
  );
});

const Header = watched(function Header(shared: Shared) {
  const { chat, say, asking, close, look } = shared;
  const { title, header } = look.value;
  const phase = chat.phase.value;
  const mayEnd = chat.session.value !== null && phase !== "ended" && !chat.over.value;
  const who = phase === "live" ? (chat.story.value.agent ?? say("person")) : phase === "automated" ? say("assistant") : "";
  return (
    <div class="header" part="header">
      {header && <Loaded from={shared.later} draw={({ Picture }) => <Picture {...shared} path={header} of="logo" />} />}
      <div class="heading">
        <h2>{title ?? chat.site.value?.title ?? say("title")}</h2>
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
          part="end"
          aria-label={say("endChat")}
          aria-expanded={asking.value === "end"}
          onClick={() => toggle("end")}
        >
          <Icon of={END} />
        </button>
      )}
      <button
        type="button"
        class="icon"
        part="more"
        aria-label={say("more")}
        aria-expanded={asking.value === "more"}
        onClick={() => toggle("more")}
      >
        <Icon of={MORE} />
      </button>
      {close && (
        <button type="button" class="icon" part="close" aria-label={say("closeChat")} onClick={close}>
          <Icon of={CLOSE} />
        </button>
      )}
      {asking.value && <Loaded from={shared.forms} draw={({ Asking }) => <Asking {...shared} />} />}
    </div>
  );

  function toggle(what: "end" | "more"): void {
    asking.value = asking.value === what ? null : what;
  }
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
