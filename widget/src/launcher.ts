import type { Look } from "@baton/bridge-server/protocol";
import type { Baton, BatonElement, BatonEvents, Bubble, Motion } from "./baton.ts";
import css from "./launcher.css?inline";
import type { Options } from "./options.ts";
import type { OpenedPanel, Shell } from "./shell.ts";

/** The files that are loaded when they are needed, `attempt` counts from 0; and what has come with the launcher: looks, by site and language. */
export interface Parts {
  look?: Record<string, Partial<Look>> | undefined;
  panel(attempt: number): Promise<{ startPanel(shell: Shell): OpenedPanel }>;
  dress(): Promise<{
    dress(shell: Shell, look: Look): void;
    animateIcon(shell: Shell, how?: Motion): void;
    showBubble(shell: Shell, bubble: Bubble): void;
  }>;
}

const { document, CustomEvent, Object, fetch } = globalThis; // taken now: the page may replace them later
const mounted = new Map<string, Baton>();

/** Puts the chat on the page, once per site: mounting it again gives the one that is there. */
export function mount(options: Options, parts: Parts): Baton {
  const host = document.createElement("baton-chat");
  for (const [name, value] of Object.entries(options)) if (value != null) host.dataset[name] = value as string; // the platform makes a text of whatever it is, here and below
  const baton = mountOn(host, parts);
  // Not into the body: pages that replace it while navigating would take the chat along.
  if ((host as BatonElement).baton) document.documentElement.append(host);
  return baton;
}

/** The same on an element whose `data-` attributes are the options. */
export function mountOn(host: BatonElement, parts: Parts): Baton {
  const { site, bridge, locale, ...look } = host.dataset as Record<string, string> & Pick<Options, "site" | "bridge">; // whatever stands there is text, and these two do
  const present = mounted.get(site);
  if (present) return present;

  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const fills = /full|inl|ios|and/.test(look["renderMode"]! + look["platform"]!);
  let panel: Promise<OpenedPanel> | null = null;
  let attempts = 0;
  let isOpen = false;
  const listeners = new Map<unknown, (heard: Event) => void>(); // by the handler that the page has given

  const shell: Shell = {
    host,
    root,
    button,
    site,
    bridge,
    locale,
    fetch,
    says: ["Open chat", "Open chat: not loaded, try again"],
    close: fills ? null : close,
    fail,
    emit,
  };
  const baton = {
    identify(proof) {
      shell.identity = proof;
      if (panel || !proof) withPanel((it) => it.tell("identify"));
    },
    open: () => open(true),
    close,
    toggle: () => (isOpen ? close() : open(true)),
    show() {
      host.dataset["launcher"] = host.dataset["showIcon"] = "";
    },
    hide() {
      close();
      host.dataset["launcher"] = "hidden";
    },
    destroy() {
      if (!isHere()) return;
      mounted.delete(site);
      panel?.then((it) => it.destroy()).catch(() => {}); // nothing to take away, and nobody left to be told
      root.replaceChildren();
      delete host.baton;
      host.remove();
    },
    on(event, handler) {
      const listener = listeners.get(handler) ?? ((heard: Event): void => handler((heard as CustomEvent<never>).detail));
      listeners.set(handler, listener);
      host.addEventListener(event, listener);
      return () => host.removeEventListener(event, listener);
    },
    off: (event, handler) => host.removeEventListener(event, listeners.get(handler)!), // of one that was never given there is nothing to remove
    set: (more) => {
      shell.told = { ...shell.told, ...more };
      shell.onTold?.();
    },
  } as Baton; // with what follows
  // What the page gives is the page's to get right.
  for (const name of ["askForPerson", "endChat", "send", "newChat"] as const)
    baton[name] = (given?: string) => withPanel((it) => it.tell(name, given as string));
  for (const name of ["showBubble", "animateIcon"] as const)
    baton[name] = (given?: Motion | Bubble) =>
      void parts
        .dress()
        .then((it) => it[name](shell, given as Bubble))
        .catch(() => {}); // the page has a chat without it

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  host.style.setProperty("--slot", mounted.size as unknown as string); // several stand side by side
  button.className = "launcher";
  button.ariaLabel = shell.says[0];
  button.ariaExpanded = "false";
  // Nobody else reaches this button, and each byte here is every page's.
  /* oxlint-disable unicorn/prefer-add-event-listener */
  button.onclick = ({ detail }) => detail > 1 || baton.toggle(); // some press twice wherever they go
  // Whoever comes near, with a mouse, a finger or the keyboard, may press: what is opened then is built meanwhile.
  button.onpointerenter = button.onfocus = () => withPanel();
  /* oxlint-enable unicorn/prefer-add-event-listener */
  if (!fills) root.append(button);

  mounted.set(site, (host.baton = baton));
  let opens: string | undefined;
  let isLive: string | undefined;
  try {
    opens = sessionStorage[`baton:${site}:open`] as string | undefined; // in this tab, by `frame.ts`
    isLive = localStorage[`baton:${site}:live`] as string | undefined; // noted by `conversation/memory.ts`
  } catch {
    // storage is forbidden here, so nothing was kept
  }
  if (fills || (opens ?? look["open"] ?? look["autoOpen"] ?? "false") !== "false") open(false);
  else if (isLive) withPanel();
  void askForLook();
  return baton;

  /** What the site's pages show, asked for where it has not come with the script. The launcher is there before, and without it if need be. */
  async function askForLook(): Promise<void> {
    try {
      const lang = locale ?? document.documentElement.lang;
      const ask = () => fetch(`${bridge}/v1/sites/${site}/look?lang=${lang}`);
      // As the bridge has checked it; or a problem, which has nothing of it.
      const look = parts.look?.[site + lang.slice(0, 2)] ?? ((await (await ask()).json()) as Partial<Look>);
      shell.says = look.says ?? shell.says;
      if (!panel) button.ariaLabel = shell.says[0];
      if (look.pages) (await parts.dress()).dress(shell, look as Look);
    } catch {
      // nothing is set, or cannot be had: it looks as it does by itself
    }
  }

  /** `byVisitor`: focus moves into the panel and a chat begins. Otherwise both wait for the visitor to touch it. */
  function open(byVisitor: boolean): void {
    if (isOpen || !isHere()) return;
    if (!fills) mounted.forEach((other) => other.close());
    setOpen(true);
    withPanel((it) => isOpen && it.open(byVisitor));
  }

  function close(): void {
    if (!isOpen || fills) return;
    setOpen(false);
    withPanel((it) => it.close());
  }

  function setOpen(now: boolean): void {
    isOpen = now;
    button.ariaExpanded = now as unknown as string;
    host.toggleAttribute("data-is-open", now);
    emit(now ? "open" : "close");
  }

  function withPanel(use?: (panel: OpenedPanel) => void): void {
    if (!isHere()) return;
    panel ??= parts.panel(attempts++).then(({ startPanel }) => startPanel(shell));
    panel
      .then(
        (it) => isHere() && use?.(it),
        () => {
          panel = null;
          fail();
        },
      )
      .catch(() => {}); // what breaks here is ours, and never the page's (I-22)
  }

  /** Whether it is the site's chat, and not one that was taken away. */
  function isHere(): boolean {
    return host.baton === baton;
  }

  function fail(): void {
    if (isOpen) setOpen(false);
    button.ariaLabel = button.title = shell.says[1];
  }

  function emit<E extends keyof BatonEvents>(event: E, detail?: BatonEvents[E]): void {
    // In a task of its own: what the page does there is the page's, and stops nothing here.
    queueMicrotask(() => host.dispatchEvent(new CustomEvent(event, { detail })));
  }
}
