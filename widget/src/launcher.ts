import { type Options, optionsOf } from "./options.ts";
import css from "./launcher.css?inline";
import type { BatonEvents, OpenedPanel, Shell } from "./panel.tsx";

/** What a page can ask of the chat. Every call may come at any time; what needs the panel waits until it is there. */
export interface Baton {
  open(): void;
  close(): void;
  toggle(): void;
  /** Shows the launcher. */
  show(): void;
  /** Hides the launcher, and the panel with it. */
  hide(): void;
  /** Says something as the visitor, in a chat that begins with it if there is none. */
  send(text: string): void;
  askForPerson(): void;
  /** Leaves the present chat behind and begins another. */
  newChat(): void;
  /** Removes everything from the page. The conversation goes on where the visitor left it. */
  destroy(): void;
  /** Returns how to stop hearing. */
  on<E extends keyof BatonEvents>(event: E, handler: (detail: BatonEvents[E]) => void): () => void;
}

interface PanelModule {
  startPanel(shell: Shell): OpenedPanel;
}

const { document } = globalThis;
const mounted = new Map<string, Baton>();

/** Puts the launcher on the page, once per site: mounting it again gives the one that is there. */
export function mount(options: Options, load: (attempt: number) => Promise<PanelModule> = () => import("./panel.tsx")): Baton {
  const present = mounted.get(options.site);
  if (present) return present;

  const host = document.createElement("baton-chat");
  const root = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const badge = document.createElement("span");
  const handlers = new Map<string, Set<(detail: never) => void>>();
  const wasOpen = `baton:${options.site}:open`; // in this tab
  let panel: Promise<OpenedPanel> | null = null;
  let attempts = 0;
  let isOpen = false;

  const shell: Shell = {
    root,
    options,
    fetch: globalThis.fetch.bind(globalThis), // taken now: the page may replace it later
    close,
    emit,
    label(words, unread) {
      button.ariaLabel = words;
      button.title = "";
      badge.textContent = unread > 0 ? String(Math.min(unread, 99)) : "";
    },
  };
  const baton: Baton = {
    open: () => open(true),
    close,
    toggle: () => (isOpen ? close() : open(true)),
    show: () => host.removeAttribute("data-hidden"),
    hide() {
      close();
      host.setAttribute("data-hidden", "");
    },
    send: (text) => withPanel((it) => it.send(String(text))),
    askForPerson: () => withPanel((it) => it.askForPerson()),
    newChat: () => withPanel((it) => it.newChat()),
    destroy() {
      if (!mounted.delete(options.site)) return;
      panel?.then(
        (it) => it.destroy(),
        () => {}, // nothing to take away, and nobody left to be told
      );
      host.remove();
    },
    on(event, handler) {
      const heard = handlers.get(event) ?? new Set();
      handlers.set(event, heard.add(handler));
      return () => heard.delete(handler);
    },
  };

  mounted.set(options.site, baton);
  draw();
  if ((kept(() => sessionStorage, wasOpen) ?? String(options.open)) === "true") open(false);
  else if (kept(() => localStorage, `baton:${options.site}:live`)) withPanel(() => {}); // noted by `conversation/memory.ts`
  return baton;

  function draw(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    host.dataset.theme = options.theme ?? "auto";
    host.dataset.position = options.position ?? "end";
    host.toggleAttribute("data-hidden", options.launcher === "hidden");
    button.type = "button";
    button.className = "launcher";
    button.ariaLabel = "Open chat";
    button.ariaExpanded = "false";
    badge.ariaHidden = "true";
    button.append(icon("M4 12a8 7.500 0 1 1 4 6.500L4 20l1-3.500A7 7 0 0 1 4 12z", "bubble"), icon("m6 9 6 6 6-6", "down"), badge);
    button.addEventListener("click", baton.toggle);
    root.append(button);
    // Not into the body: pages that replace it while navigating would take the chat along.
    document.documentElement.append(host);
  }

  /** `byVisitor`: focus moves into the panel and a chat begins. Otherwise both wait for the visitor to touch it. */
  function open(byVisitor: boolean): void {
    if (isOpen) return;
    setOpen(true);
    withPanel((it) => isOpen && it.open(byVisitor));
  }

  function close(): void {
    if (!isOpen) return;
    const hadFocus = root.activeElement !== null;
    setOpen(false);
    withPanel((it) => {
      it.close();
      if (hadFocus) button.focus(); // only now: under a panel over the whole screen it cannot have it
    });
  }

  function setOpen(now: boolean): void {
    isOpen = now;
    button.ariaExpanded = String(now);
    host.toggleAttribute("data-open", now);
    kept(() => (sessionStorage.setItem(wasOpen, String(now)), sessionStorage), wasOpen);
    emit(now ? "open" : "close", undefined);
  }

  function withPanel(use: (panel: OpenedPanel) => void): void {
    panel ??= load(attempts++).then(({ startPanel }) => startPanel(shell));
    panel
      .then(
        (it) => mounted.get(options.site) === baton && use(it),
        () => {
          panel = null;
          if (isOpen) setOpen(false);
          button.ariaLabel = button.title = "Open chat: it could not be loaded, press to try again";
        },
      )
      .catch(() => {}); // what breaks here is ours, and never the page's (I-22)
  }

  function emit<E extends keyof BatonEvents>(event: E, detail: BatonEvents[E]): void {
    for (const handler of handlers.get(event) ?? []) {
      // In a task of its own: what the page does there is the page's, and stops nothing here.
      queueMicrotask(() => (handler as (detail: BatonEvents[E]) => void)(detail)); // the set under this name takes this event
    }
  }
}

function icon(path: string, name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function kept(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(name);
  } catch {
    return null; // storage is forbidden here, or full, so nothing was kept
  }
}

/** Starts from the script's own tag, where there is one. */
function startFromTag(): void {
  // By the getter itself: an element of that name on the page would be found first by `document.currentScript`.
  const script: unknown = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript")?.get?.call(document);
  const options = script instanceof HTMLScriptElement ? optionsOf(script) : null;
  const page = window as { Baton?: unknown };
  if (!options) return;
  const early: unknown = page.Baton;
  if (typeof early === "object" && early !== null && "askForPerson" in early) return; // the tag is there twice

  const { src } = script as HTMLScriptElement; // it has options
  // A failed module is remembered as failed under its address, hence another one for each attempt.
  const load = (attempt: number): Promise<PanelModule> =>
    import(/* @vite-ignore */ new URL(import.meta.env.BATON_PANEL + (attempt ? `?${attempt}` : ""), src).href) as Promise<PanelModule>;
  const baton = mount(options, load);
  const push = ([name, ...rest]: [keyof Baton, ...unknown[]]): void => {
    if (Object.hasOwn(baton, name)) (ours[name] as (...rest: unknown[]) => void)(...rest); // what the page gives is the page's to get right
  };
  const ours = {
    ...baton,
    push,
    destroy() {
      baton.destroy();
      if (page.Baton === ours) delete page.Baton; // so that the tag can be added again
    },
  };
  page.Baton = ours;
  if (Array.isArray(early)) early.forEach(push);
}

try {
  startFromTag();
} catch {
  // Whatever this page has done to its globals, it is not told about it: a page without a chat is better than a page with an error.
}
