import type { Look } from "@baton/bridge-server/protocol";
import { drawBubble } from "./bubble.ts";
import { browserClock } from "./connection/clock.ts";
import css from "./dress.css?inline";
import { localeOf } from "./locale.ts";
import { watchFor } from "./look/greetings.ts";
import { lookAt, type LookHere } from "./look/look.ts";
import type { Shell } from "./shell.ts";

export { animateIcon, showBubble } from "./bubble.ts";

const { CSSStyleSheet } = globalThis; // taken now: the page may replace it later
const SVG = "http://www.w3.org/2000/svg";
const ATTRIBUTES = ["launcher", "position", "theme"] as const;

/** Puts on what the bridge says the site's pages show, and again when the page navigates by itself. What the tag says goes before it. */
export function dress(shell: Shell, look: Look): void {
  const { root, host, button } = shell;
  const life = new AbortController();
  const until = life.signal;
  const locale = localeOf(shell.locale);
  const free = ATTRIBUTES.filter((name) => host.dataset[name] === undefined);
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets.push(sheet);
  const icon = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.append(line);
  const label = document.createElement("span");
  label.className = "label";
  label.dir = "auto";
  let path = "";
  let worn: LookHere = {};
  let stopGreeting = (): void => {};
  let bubbleShown: HTMLElement | null = null;

  follow();
  // Every address a page gives itself passes by here; older browsers tell only of the ways back and forth.
  const navigation = (globalThis as { navigation?: EventTarget }).navigation ?? globalThis;
  for (const type of ["currententrychange", "popstate"]) navigation.addEventListener(type, follow, { signal: until });
  const neighbours = new MutationObserver(wearLabel);
  neighbours.observe(document.documentElement, { childList: true });
  until.addEventListener("abort", () => neighbours.disconnect());

  /** Unless another chat's launcher stands beside this one: then there is no room for it. */
  function wearLabel(): void {
    if (worn.label && document.querySelectorAll("html > baton-chat").length < 2) button.append(label);
    else label.remove();
  }

  function follow(): void {
    if (!host.baton) life.abort(); // the chat was taken off the page
    if (path === location.pathname || until.aborted) return;
    path = location.pathname;
    wear(lookAt(look, path, locale));
    stopGreeting();
    bubbleShown?.remove();
    stopGreeting = watchFor(look.greetings, path, { site: shell.site, locale, clock: browserClock(), isBusy, show: greet, until });
  }

  function wear(here: LookHere): void {
    for (const name of free) {
      if (here[name] === worn[name] || host.dataset[name] !== worn[name]) continue; // the second: the page has said something since
      if (here[name]) host.dataset[name] = here[name];
      else delete host.dataset[name];
    }
    sheet.replaceSync(`:host{}${css}`);
    (sheet.cssRules[0] as CSSStyleRule).style.setProperty("--baton-accent", here.accent ?? ""); // it is the one just written
    line.setAttribute("d", here.icon ?? "");
    label.textContent = here.label ?? "";
    if (here.icon) button.prepend(icon);
    else icon.remove();
    worn = here;
    wearLabel();
    shell.look = here;
    if (shell.onLook) shell.onLook(here);
    else if (here.label) button.ariaLabel = `${here.label}: ${shell.says[0]}`;
  }

  function isBusy(): boolean {
    return (
      !host.baton ||
      host.hasAttribute("data-is-open") ||
      button.offsetParent === null ||
      localStorage.getItem(`baton:${shell.site}:live`) !== null
    );
  }

  function greet(text: string, gone: (wasDismissed: boolean) => void): void {
    bubbleShown = drawBubble(shell, text, gone);
  }
}
