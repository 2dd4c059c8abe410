import { Component, type ComponentChildren } from "preact";
import { Composer } from "./Composer.tsx";
import { Loaded } from "./Loaded.tsx";
import { Messages } from "./Messages.tsx";
import { NotLoaded } from "./NotLoaded.tsx";
import { phaseOf } from "./phase-of.ts";
import type { Shared } from "./props.ts";
import { Status } from "./Status.tsx";
import { watched } from "./watched.ts";

/** The whole panel. It stands in the corner that the page's direction says; its words run as their language does. */
export const Panel = watched(function Panel(shared: Shared) {
  const { locale, isFromRight } = shared.language;
  return (
    <div lang={locale.value} dir={isFromRight.value ? "rtl" : "ltr"}>
      <Guard {...shared}>
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
  const parts = shared.forms.parts.value;
  return typeof parts === "object" ? <parts.OverEnd {...shared} /> : null;
});

/** Where the visitor writes, or the way on where that is over. */
const Bottom = watched(function Bottom(shared: Shared) {
  const { chat } = shared;
  const phase = phaseOf(chat);
  if (chat.consent.value !== null) {
    const { parts, load } = shared.forms;
    if (parts.value === "coming") load();
    if (typeof parts.value === "object") return <parts.value.Consent {...shared} />; // until then the focus keeps its field
  }
  return (
    <>
      {(phase === "ended" || phase === "failed") && <Loaded from={shared.forms} draw={({ Sheet }) => <Sheet {...shared} />} />}
      {phase !== "ended" && chat.story.value.offers.length === 0 && <Composer {...shared} />}
    </>
  );
});

const Header = watched(function Header(shared: Shared) {
  const { chat, say, asking, close, look } = shared;
  const { title, header } = look.value;
  const phase = phaseOf(chat);
  const mayEnd = chat.session.value !== null && phase !== "ended";
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
        <button class="icon" part="end" aria-label={say("endChat")} aria-expanded={asking.value === "end"} onClick={() => toggle("end")} />
      )}
      <button class="icon" part="more" aria-label={say("more")} aria-expanded={asking.value === "more"} onClick={() => toggle("more")} />
      {close && <button class="icon" part="close" aria-label={say("closeChat")} onClick={close} />}
      {asking.value && <Loaded from={shared.forms} draw={({ Asking }) => <Asking {...shared} />} />}
    </div>
  );

  function toggle(what: "end" | "more"): void {
    asking.value = asking.value === what ? null : what;
  }
});

/** A mistake of ours is ours to bear: the page must not see it, and the visitor gets a sentence. Preact tells such things to classes only. */
class Guard extends Component<WayOut & { children: ComponentChildren }, { isBroken?: true }> {
  static override getDerivedStateFromError() {
    return { isBroken: true };
  }
  override render() {
    return this.state.isBroken ? <Broken {...this.props} /> : this.props.children;
  }
}

type WayOut = Pick<Shared, "say" | "close">;

/** What is left when something of ours has failed: a sentence, and the way back to the page, which the panel may cover. */
export function Broken({ say, close }: WayOut) {
  return (
    <div class="status" role="alert">
      {say("broken")}
      {close && (
        <button class="primary" onClick={close}>
          {say("closeChat")}
        </button>
      )}
    </div>
  );
}
