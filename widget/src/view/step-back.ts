import type { Shared } from "./props.ts";

/** Escape, and a phone's way back, close what is open under the header before they close the chat. Whoever opened it is at its button again. */
export function stepBack(panel: HTMLElement, { asking }: Shared): void {
  for (const type of ["keydown", "cancel"]) panel.addEventListener(type, onBack, { capture: true }); // before the panel itself hears of it

  function onBack(event: Event): void {
    const { key = "Escape", isComposing } = event as KeyboardEvent; // the other has neither
    if (!asking.value || key !== "Escape" || isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    panel.querySelector<HTMLElement>(`[part=${asking.value === "end" ? "end" : "more"}]`)?.focus(); // all else is in the menu
    asking.value = null;
  }
}
