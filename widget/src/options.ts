/** Everything a site owner can set. On the script's tag each is an attribute: `data-site`, `data-theme` … */
export interface Options {
  /** The site's key, as in the bridge's configuration. */
  site: string;
  /** Where the bridge is, for example `https://chat.example.com`. The script's own origin, unless given. */
  bridge: string;
  /** The language of the chat, as in `en` or `de-CH`. The page's own, unless given. */
  locale?: string;
  /** Whether the chat is open when the page has loaded. */
  open?: boolean;
  /** `hidden`: no button; the page opens the chat by itself. */
  launcher?: "shown" | "hidden";
  /** The corner, seen in the reading direction. `end` unless given. */
  position?: "start" | "end";
  /** `auto`, which follows the visitor's system, unless given. */
  theme?: "auto" | "light" | "dark";
}

/** What a script tag says, or `null` if it names no site. */
export function optionsOf(script: HTMLScriptElement): Options | null {
  const { site, bridge, locale, open, launcher, position, theme } = script.dataset;
  if (!site) return null;
  return {
    site,
    bridge: (bridge ?? new URL(script.src).origin).replace(/\/$/, ""),
    ...(locale && { locale }),
    open: open !== undefined && open !== "false",
    launcher: launcher === "hidden" ? "hidden" : "shown",
    position: position === "start" ? "start" : "end",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
  };
}
