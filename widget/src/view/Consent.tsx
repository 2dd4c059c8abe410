import type { Shared } from "./props.ts";
import { watched } from "./watched.ts";

/** In the composer's place until the visitor has agreed. What the site has written is drawn as text with links, as messages are. */
export const Consent = watched(function Consent({ chat, say, later }: Shared) {
  const parts = later.parts.value;
  const text = chat.consent.value ?? "";
  return (
    <div class="sheet" role="group" aria-label={say("consent")}>
      <h3>{say("consent")}</h3>
      <div class="site-text" tabIndex={0}>
        {typeof parts === "object" ? parts.renderText(text, "markdown") : text}
      </div>
      <button type="button" class="primary" onClick={() => chat.agree()}>
        {say("consentYes")}
      </button>
    </div>
  );
});
