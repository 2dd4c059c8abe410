import type { Shared } from "./props.ts";

/**
 * Who uses the keyboard stays in the panel when the part that they were in goes away, as the field does when the chat ends:
 * otherwise they would be at the beginning of the page, and Escape would do nothing. Where they can, they may write at once.
 */
export function keepFocus({ root, focus }: Pick<Shared, "root" | "focus">, panel: HTMLElement): void {
  let held = root.activeElement;
  panel.addEventListener("focusin", ({ target }) => {
    held = target as Element; // what takes focus is one
  });
  // Some browsers tell that a part which goes away has lost the focus, or one that cannot be pressed any more; that is no visitor's wish.
  panel.addEventListener("focusout", () => {
    const left = held;
    queueMicrotask(() => {
      if (left === held && left?.isConnected && !left.matches(":disabled")) held = null;
    });
  });
  new MutationObserver(() => {
    if (!held || held.isConnected) return;
    held = null;
    if (!root.activeElement) focus();
  }).observe(panel, { childList: true, subtree: true });
}
