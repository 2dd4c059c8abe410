import type { Bubble, Motion } from "./baton.ts";
import css from "./bubble.css?inline";
import { browserClock } from "./connection/clock.ts";
import type { Shell } from "./shell.ts";

const { CSSStyleSheet } = globalThis; // taken now: the page may replace it later
const shown = new WeakMap<ShadowRoot, HTMLElement>();
const styled = new WeakSet<ShadowRoot>();
const LONGEST_MS = 10_000;

/**
 * A line beside the launcher, in the place of the one before; gone when the chat opens. A press on it opens the chat, with the same words
 * before the first message. It takes no focus, and only what is read out tells of it.
 */
export function drawBubble(shell: Shell, text: string, gone: (wasDismissed: boolean) => void): HTMLElement {
  const { root, host, button, says } = shell;
  const box = document.createElement("div");
  const [words, dismiss] = [document.createElement("button"), document.createElement("button")];
  box.className = "greeting";
  box.role = "status";
  words.type = dismiss.type = "button";
  words.dir = "auto";
  dismiss.ariaLabel = says[2] ?? "Dismiss";
  dismiss.textContent = "×";
  words.addEventListener("click", () => {
    gone(false);
    shell.look = { ...shell.look, welcome: text };
    shell.onLook?.(shell.look);
    button.click();
  });
  dismiss.addEventListener("click", () => (gone(true), box.remove()));
  host.addEventListener("open", () => box.remove(), { once: true });
  if (!styled.has(root)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
    styled.add(root);
  }
  box.append(words, dismiss);
  shown.get(root)?.remove();
  shown.set(root, box);
  root.append(box);
  // Only what comes into a status that is there already is read out.
  requestAnimationFrame(() => (words.textContent = text));
  return box;
}

/** By the page's own wish, whatever the site's greetings are. */
export function showBubble(shell: Shell, { text, durationMs }: Bubble): void {
  if (!shell.host.baton || shell.host.hasAttribute("data-is-open")) return;
  const box = drawBubble(shell, String(text), () => {});
  if (durationMs) browserClock().after(durationMs, () => box.remove());
}

/** By the page's wish too; not of who wants less motion. */
export function animateIcon({ button }: Shell, { type = "bounce", durationMs = 1_000 }: Motion = {}): void {
  if (!Object.hasOwn(motions, type) || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  button.animate(motions[type], { duration: Math.min(durationMs, LONGEST_MS), easing: "ease-in-out" });
}

const motions = {
  bounce: { transform: ["none", "translateY(-14px)", "none", "translateY(-6px)", "none"] },
  grow: { transform: ["none", "scale(1.2)", "none"] },
  pulse: { opacity: [1, 0.5, 1, 0.5, 1] },
};
