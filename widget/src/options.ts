/**
 * Everything a site owner can set on the page. Each is an attribute of the script's tag and of `<baton-chat>` too: `data-site`,
 * `data-render-mode` … Changed on the element, `data-position`, `data-theme` and what shows or hides take effect at once.
 */
export interface Options {
  /** The site's key, as in the bridge's configuration. */
  site: string;
  /** Where the bridge is, for example `https://chat.example.com`. On a script's tag: the script's own origin, unless given. */
  bridge: string;
  /** The language of the chat, as in `en` or `de-CH`. The page's own, unless given. */
  locale?: string | undefined;
  /** Whether the chat is open when the page has loaded. `autoOpen` is PolyAI's name for it. */
  open?: boolean | undefined;
  autoOpen?: boolean | undefined;
  /** `hidden`: no button; the page opens the chat by itself. `showIcon: false` is PolyAI's name for it. */
  launcher?: "shown" | "hidden" | undefined;
  showIcon?: boolean | undefined;
  /** Whether the panel has a header. Without one there is no way to close it but the launcher, Escape and `close()`. */
  showHeader?: boolean | undefined;
  /** `fullscreen`: no launcher, and the panel is the page. `inline`: the panel fills the `<baton-chat>` element that the page has placed. */
  renderMode?: "default" | "fullscreen" | "inline" | undefined;
  /** In an app's web view: `fullscreen`, and on `ios` without a header, because the app has one. */
  platform?: "web" | "ios" | "android" | undefined;
  /** The corner, seen in the reading direction. `end` unless given. */
  position?: "start" | "end" | undefined;
  /** Follows the visitor's system unless given. */
  theme?: "auto" | "light" | "dark" | undefined;
  /** What `set` would tell first, as JSON: `{"plan":"gold"}`. */
  attributes?: string | undefined;
}
