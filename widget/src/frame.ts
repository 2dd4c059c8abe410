import css from "./frame.css?inline";
import type { FilledPanel, Frame, OpenedPanel, Shell } from "./shell.ts";

const { document, setTimeout } = globalThis; // oxlint-disable-line no-restricted-properties -- the clock comes with the panel

const AGAIN_AFTER_MS = 5_000;
const DRAWN_AFTER_MS = 20; // a picture of the browser's

/** Where a corner would be too small. */
const WHOLE_SCREEN = "(width<=640px),(height<=480px)";

/**
 * The panel in the launcher's shadow root. It opens at once with a field to write in; the rest is loaded and built behind that, and what is
 * asked of it meanwhile is done then. Over the whole screen it opens once it is filled. Where it cannot be loaded the panel closes, and the next that is asked of it tries again.
 */
export function startPanel(shell: Shell): OpenedPanel {
  const frame = createFrame(shell);
  let filled: Promise<FilledPanel | undefined> | null = null;
  let attempts = 0;
  fill();

  return {
    async open(byVisitor) {
      if (shell.close && matchMedia(WHOLE_SCREEN).matches) await fill(); // nothing in it leads back to the page before
      if (!shell.host.hasAttribute("data-is-open")) return;
      frame.open(byVisitor);
      tell("goOn", byVisitor);
    },
    close() {
      frame.close();
      tell("markSeen");
    },
    tell,
    destroy() {
      frame.destroy();
      if (filled) tell("stop");
    },
  };

  function fill(): Promise<FilledPanel | undefined> {
    filled ??= new Promise((drawn) => setTimeout(drawn, DRAWN_AFTER_MS))
      .then(() => loadPanel(attempts++))
      .then(
        (it) => it.fill(shell, frame),
        () => {
          filled = null;
          if (shell.close) {
            frame.close();
            shell.fail();
          } else setTimeout(() => frame.until.aborted || tell("goOn", false), AGAIN_AFTER_MS); // nobody could open it again
          return undefined;
        },
      );
    return filled;
  }

  function tell<Name extends keyof FilledPanel>(name: Name, ...given: Parameters<FilledPanel[Name]>): void {
    fill()
      .then((it) => (it?.[name] as ((...given: unknown[]) => void) | undefined)?.(...given))
      .catch(() => {}); // what breaks here is ours, and never the page's (I-22)
  }
}

// Other builds than our own, which sets the files' names, take the source.
const loadPanel = (attempt: number): Promise<typeof import("./panel.tsx")> =>
  import.meta.env?.BATON_PANEL ? load(import.meta.env?.BATON_PANEL, attempt) : import("./panel.tsx");

function load<Module>(file: string, attempt: number): Promise<Module> {
  return import(/* @vite-ignore */ new URL(file + (attempt ? `?${attempt}` : ""), import.meta.url).href) as Promise<Module>; // it has what its name says
}

/** The panel's place on the page with a field to write in. Preact takes the field over as the composer's, with the focus and half a word in it. */
function createFrame({ root, button, site, close }: Shell): Frame & Pick<OpenedPanel, "open" | "close" | "destroy"> {
  const dialog = document.createElement("dialog");
  dialog.className = close ? "panel" : "panel fills";
  dialog.part = "panel";
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
  addStyles(css);

  const life = new AbortController();
  const until = life.signal;
  const wholeScreen = matchMedia(WHOLE_SCREEN);
  const pressed: string[] = []; // what Enter has sent while there was nobody to take it
  let isPlacing = false;
  // What is typed here is nobody else's business: pages bind single keys to actions.
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, onKey, { signal: until });
  // Closed by the browser, as by the way back on a phone; then the launcher has to know.
  /* oxlint-disable unicorn/prefer-add-event-listener -- nobody else reaches these, and the last is easily taken back */
  dialog.oncancel = dialog.onclose = onClosed;
  wholeScreen.onchange = place;
  form.onsubmit = press;
  /* oxlint-enable unicorn/prefer-add-event-listener */

  return {
    dialog,
    until,
    addStyles,
    load,
    isPlacing: () => isPlacing,
    handOver() {
      form.onsubmit = null; // oxlint-disable-line unicorn/prefer-add-event-listener
      return { draft: field.value, pressed };
    },
    open(takesFocus: boolean): void {
      if (!dialog.open) place();
      remember(true);
      if (takesFocus) focus();
    },
    focus,
    close(): void {
      const hadFocus = root.activeElement;
      dialog.close();
      remember(false);
      if (hadFocus) button.focus(); // only now: under a panel over the whole screen it cannot have it
    },
    destroy() {
      life.abort();
      dialog.remove();
    },
  };

  function addStyles(css: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
  }

  /** Over the whole screen it is modal: the browser keeps the focus in it, and the page's own layers under it. In a corner it is not. */
  function place(event?: Event): void {
    if (event && !dialog.open) return;
    const focused = root.activeElement as HTMLElement | null; // nothing else in here takes focus
    isPlacing = true;
    if (event) dialog.close();
    if (close && wholeScreen.matches) {
      dialog.showModal();
      dialog.focus(); // or its first button has it
    } else dialog.open = true; // not `show()`, which would take the focus
    if (event) focused?.focus();
    isPlacing = false;
  }

  function focus(): void {
    isPlacing = true; // nor is this, yet
    // On a phone the keyboard would cover what there is to read.
    ((matchMedia("(pointer: coarse)").matches ? null : dialog.querySelector<HTMLElement>(".input")) ?? dialog).focus();
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
    if (event.type !== "keydown") return;
    const { key, shiftKey, isComposing, keyCode, repeat, target } = event as KeyboardEvent; // keydown is a keyboard's
    if (key === "Escape" && dialog.open && !isComposing) {
      event.preventDefault();
      close?.();
    }
    // Shift and Enter starts a new line; while a word is being composed (Japanese, Chinese), Enter chooses it, and Escape takes it back.
    if (key !== "Enter" || shiftKey || isComposing || keyCode === 229 || !(target as Element).matches(".input")) return;
    event.preventDefault();
    if (!repeat) (target as HTMLTextAreaElement).form?.requestSubmit();
  }

  function press(event: Event): void {
    event.preventDefault();
    pressed.push(field.value);
    field.value = "";
  }
}
