import type { Look } from "@baton/bridge-server/protocol";
import type { Baton, BatonElement, BatonEvents, Bubble, Motion } from "./baton.ts";
import css from "./launcher.css?inline";
import type { Options } from "./options.ts";
import type { OpenedPanel, Shell } from "./shell.ts";

/** The files that are loaded when they are needed. `attempt` counts from 0. */
export interface Parts {
  panel(attempt: number): Promise<{ startPanel(shell: Shell): OpenedPanel | Promise<OpenedPanel> }>;
  dress(): Promise<{
    dress(shell: Shell, look: Look): void;
    animateIcon(shell: Shell, how?: Motion): void;
    showBubble(shell: Shell, bubble: Bubble): void;
  }>;
}

const { document, CustomEvent, Object } = globalThis; // taken now: the page may replace them later
const fetch = globalThis.fetch.bind(globalThis);
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
  const { site = "", bridge = "", locale, ...look } = host.dataset as Record<string, string>; // whatever stands there is text
  const present = mounted.get(site);
  if (present) return present;

  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const wasOpen = `baton:${site}:open`; // in this tab
  const fills = /full|inl|ios|and/.test(look["renderMode"]! + look["platform"]!);
  let panel: Promise<OpenedPanel> | null = null;
  let attempts = 0;
  let isOpen = false;

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
    emit,
  };
  const baton = {
    identify(proof) {
      shell.identity = proof;
      if (panel || !proof) withPanel((it) => it.identify());
    },
    open: () => open(true),
    close,
    toggle: () => (isOpen ? close() : open(true)),
    show: () => void (host.dataset["launcher"] = host.dataset["showIcon"] = ""),
    hide() {
      close();
      host.dataset["launcher"] = "hidden";
    },
    destroy() {
      if (!mounted.delete(site)) return;
      panel?.then((it) => it.destroy()).catch(() => {}); // nothing to take away, and nobody left to be told
      root.replaceChildren();
      delete host.baton;
      host.remove();
    },
    on(event, handler) {
      const listener = (heard: Event): void => handler((heard as CustomEvent<never>).detail);
      host.addEventListener(event, listener);
      return () => host.removeEventListener(event, listener);
    },
    set: (more) => void (shell.told = { ...shell.told, ...more }),
  } as Baton; // with what follows
  // What the page gives is the page's to get right.
  for (const name of ["endChat", "send", "askForPerson", "newChat"] as const)
    baton[name] = (given?: string) => withPanel((it) => it[name](given as string));
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
  button.onclick = baton.toggle;
  // Whoever comes near, with a mouse, a finger or the keyboard, may press: what is opened then is built meanwhile.
  button.onpointerenter = button.onfocus = () => withPanel();
  /* oxlint-enable unicorn/prefer-add-event-listener */
  if (!fills) root.append(button);

  mounted.set(site, (host.baton = baton));
  if (fills || (kept(() => sessionStorage.getItem(wasOpen)) ?? look["open"] ?? look["autoOpen"] ?? "false") !== "false") open(false);
  else if (kept(() => localStorage.getItem(`baton:${site}:live`))) withPanel(); // noted by `conversation/memory.ts`
  void askForLook();
  return baton;

  /** What the site's pages show is asked behind everything else: the launcher is there before, and without it if need be. */
  async function askForLook(): Promise<void> {
    try {
      const asked = await fetch(`${bridge}/v1/sites/${site}/look?lang=${locale ?? document.documentElement.lang}`, { priority: "low" });
      const look = (await asked.json()) as Partial<Look>; // as the bridge has checked it; or a problem, which has nothing of it
      Object.assign(shell.says, look.says);
      if (!panel) button.ariaLabel = shell.says[0];
      if (look.pages) (await parts.dress()).dress(shell, look as Look);
    } catch {
      // nothing is set, or cannot be had: it looks as it does by itself
    }
  }

  /** `byVisitor`: focus moves into the panel and a chat begins. Otherwise both wait for the visitor to touch it. */
  function open(byVisitor: boolean): void {
    if (isOpen) return;
    if (!fills) for (const other of mounted.values()) other.close();
    setOpen(true);
    withPanel((it) => isOpen && it.open(byVisitor));
  }

  function close(): void {
    if (!isOpen || fills) return;
    const hadFocus = root.activeElement;
    setOpen(false);
    withPanel((it) => {
      it.close();
      if (hadFocus) button.focus(); // only now: under a panel over the whole screen it cannot have it
    });
  }

  function setOpen(now: boolean): void {
    isOpen = now;
    button.ariaExpanded = now as unknown as string;
    host.toggleAttribute("data-is-open", now);
    kept(() => sessionStorage.setItem(wasOpen, now as unknown as string));
    emit(now ? "open" : "close");
  }

  function withPanel(use?: (panel: OpenedPanel) => void): void {
    panel ??= parts.panel(attempts++).then(({ startPanel }) => startPanel(shell));
    panel
      .then(
        (it) => mounted.get(site) === baton && use?.(it),
        () => {
          panel = null;
          if (isOpen) setOpen(false);
          button.ariaLabel = button.title = shell.says[1];
        },
      )
      .catch(() => {}); // what breaks here is ours, and never the page's (I-22)
  }

  function emit<E extends keyof BatonEvents>(event: E, detail?: BatonEvents[E]): void {
    // In a task of its own: what the page does there is the page's, and stops nothing here.
    queueMicrotask(() => host.dispatchEvent(new CustomEvent(event, { detail })));
  }
}

function kept<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null; // storage is forbidden here, or full, so nothing was kept
  }
}
