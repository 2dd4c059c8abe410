import css from "./frame.css?inline";
import type { Shell } from "./shell.ts";
import { addStyles } from "./view/add-styles.ts";
import { sends } from "./view/enter-key.ts";

const { document } = globalThis;

/** Where a corner would be too small. */
const WHOLE_SCREEN = "(width<=640px),(height<=480px)";

export type Frame = ReturnType<typeof createFrame>;

/**
 * The panel's place on the page with a field to write in, both there at once, before all else is built in it. Preact takes the field over
 * as the composer's, with the focus and half a word in it.
 */
export function createFrame({ root, button, site, close }: Shell) {
  const dialog = document.createElement("dialog");
  dialog.className = close ? "panel" : "panel fills";
  dialog.part.add("panel");
  dialog.tabIndex = -1;
  const [words, form, field] = [document.createElement("div"), document.createElement("form"), document.createElement("textarea")];
  words.lang = "en"; // as the label is
  form.className = "composer";
  field.className = "input";
  field.ariaLabel = "Message"; // until there are words
  form.append(field);
  words.append(form);
  dialog.append(words);
  root.prepend(dialog);
  addStyles(dialog, css);

  const life = new AbortController();
  const until = life.signal;
  const wholeScreen = matchMedia(WHOLE_SCREEN);
  const pressed: string[] = []; // what Enter has sent while there was nobody to take it
  let isPlacing = false;
  // What is typed here is nobody else's business: pages bind single keys to actions.
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, onKey, { signal: until });
  // Closed by the browser, as by the way back on a phone; then the launcher has to know.
  for (const type of ["cancel", "close"]) dialog.addEventListener(type, onClosed, { signal: until });
  wholeScreen.addEventListener("change", place, { signal: until });
  // Nobody else listens there, and it is easily taken back.
  form.onkeydown = press; // oxlint-disable-line unicorn/prefer-add-event-listener

  return {
    dialog,
    /** Aborted when the panel is taken off the page. */
    until,
    /** Whether focus is moved by the browser at the moment: that is no visitor's wish. */
    isPlacing: () => isPlacing,
    /** What was written until now, and what was sent. From here on both are the composer's. */
    handOver() {
      form.onkeydown = null; // oxlint-disable-line unicorn/prefer-add-event-listener
      return { draft: field.value, pressed };
    },
    open(takesFocus: boolean): void {
      if (!dialog.open) place();
      remember(true);
      if (!takesFocus) return;
      isPlacing = true; // nor is this, yet
      // On a phone the keyboard would cover what there is to read.
      ((matchMedia("(pointer: coarse)").matches ? null : dialog.querySelector<HTMLElement>(".input")) ?? dialog).focus();
      isPlacing = false;
    },
    close(): void {
      const hadFocus = root.activeElement;
      dialog.close();
      remember(false);
      if (hadFocus) button.focus(); // only now: under a panel over the whole screen it cannot have it
    },
    destroy: () => life.abort(),
  };

  /** Over the whole screen it is modal: the browser keeps the focus in it, and the page's own layers under it. In a corner it is not. */
  function place(event?: Event): void {
    if (event && !dialog.open) return;
    const focused = root.activeElement as HTMLElement | null; // nothing else in here takes focus
    isPlacing = true;
    if (event) dialog.close();
    if (close && wholeScreen.matches) dialog.showModal();
    else dialog.open = true; // not `show()`, which would take the focus
    if (event) focused?.focus();
    isPlacing = false;
  }

  /** For the next page in this tab. */
  function remember(isOpen: boolean): void {
    try {
      sessionStorage[`baton:${site}:open`] = isOpen;
    } catch {
      // forbidden, or full: it begins closed
    }
  }

  function onClosed(event: Event): void {
    if (event.type === "close" && dialog.open) return; // already open again
    event.preventDefault();
    close?.();
  }

  function onKey(event: Event): void {
    event.stopPropagation();
    if (event.type !== "keydown" || (event as KeyboardEvent).key !== "Escape" || !dialog.open) return; // keydown is a keyboard's
    event.preventDefault();
    close?.();
  }

  function press(event: KeyboardEvent): void {
    if (!sends(event)) return;
    event.preventDefault();
    pressed.push(field.value);
    field.value = "";
  }
}
