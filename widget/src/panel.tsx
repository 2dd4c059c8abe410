import { render } from "preact";
import { browserClock } from "./connection/clock.ts";
import { createConnection } from "./connection/connection.ts";
import { createConversation } from "./conversation/conversation.ts";
import { createMemory } from "./conversation/memory.ts";
import { signal, watch } from "./conversation/signal.ts";
import type { Options } from "./options.ts";
import css from "./style.css?inline";
import { Panel } from "./view/Panel.tsx";
import type { Shared } from "./view/props.ts";
import { wordsFor } from "./words.ts";

/** What a page can hear of the chat. */
export interface BatonEvents {
  open: undefined;
  close: undefined;
  message: { by: "visitor" | "assistant" | "agent"; name: string | null; text: string; at: string };
  phase: "automated" | "handoff_initiated" | "queued" | "live" | "failed" | "ended";
  unread: number;
}

/** What the launcher gives the panel. */
export interface Shell {
  root: ShadowRoot;
  options: Options;
  fetch: typeof globalThis.fetch;
  close(): void;
  emit<E extends keyof BatonEvents>(event: E, detail: BatonEvents[E]): void;
  /** What the launcher is called now, and the number on it. */
  label(words: string, unread: number): void;
}

/** What the launcher asks of the panel. */
export interface OpenedPanel {
  open(byVisitor: boolean): void;
  close(): void;
  send(text: string): void;
  askForPerson(): void;
  newChat(): void;
  destroy(): void;
}

const { document } = globalThis;

/** Builds the panel in the launcher's shadow root, closed. */
export function startPanel(shell: Shell): OpenedPanel {
  const { root, options } = shell;
  const locale = localeOf(options.locale);
  const words = wordsFor(locale);
  const clock = browserClock();
  const memory = createMemory(options.site);
  const chat = createConversation({
    site: options.site,
    connection: createConnection(options.bridge, shell.fetch, clock),
    memory,
    clock,
    language: locale,
    page: () => ({ url: location.href.slice(0, 2_000), title: document.title.slice(0, 300) }),
  });

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  const section = document.createElement("section");
  section.className = "panel";
  section.lang = "en";
  section.tabIndex = -1;
  section.hidden = true;
  section.setAttribute("role", "dialog");
  root.prepend(section);
  const shared: Shared = { chat, words, locale, close: shell.close, isEnding: signal(false) };

  const listening = new AbortController();
  const { signal: until } = listening;
  // What is typed here is nobody else's business: pages bind single keys to actions.
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, onKey, { signal: until });
  for (const type of ["pointerdown", "focusin"]) section.addEventListener(type, () => chat.begin(), { signal: until });
  document.addEventListener("visibilitychange", look, { signal: until });

  let told = { unread: -1, phase: "", seq: -1 }; // -1: the history is no news
  const stops = [watch(draw), watch(tellPage)];

  return {
    open(byVisitor) {
      section.hidden = false;
      look();
      if (!byVisitor) return;
      chat.begin();
      // On a phone the keyboard would cover what there is to read.
      const input = matchMedia("(pointer: coarse)").matches ? null : section.querySelector<HTMLElement>(".input");
      (input ?? section).focus();
    },
    close() {
      section.hidden = true;
    },
    send: (text) => chat.say(text),
    askForPerson() {
      chat.begin();
      void chat.askForPerson();
    },
    newChat: () => chat.startNew(),
    destroy() {
      listening.abort();
      for (const stop of stops) stop();
      chat.close();
      render(null, section);
    },
  };

  function draw(): void {
    section.ariaLabel = chat.site()?.title ?? words.title;
    try {
      render(<Panel {...shared} />, section);
    } catch {
      // Ours to bear: the page must not see it, and the visitor gets a sentence.
      render(null, section);
      section.textContent = words.broken;
    }
  }

  function tellPage(): void {
    const [unread, phase] = [chat.unread(), chat.phase()];
    const { shown } = chat.story();
    if (told.unread !== unread) {
      shell.label(unread > 0 ? words.openChatUnread(unread) : words.openChat, unread);
      shell.emit("unread", unread);
      look();
    }
    if (told.phase !== phase && chat.isCaughtUp.value) shell.emit("phase", phase);
    for (const item of told.seq < 0 ? [] : shown) {
      if (item.kind !== "line" || item.seq <= told.seq) continue;
      shell.emit("message", { by: item.by, name: item.name ?? null, text: item.text, at: item.at });
    }
    told = { unread, phase: chat.isCaughtUp.value ? phase : told.phase, seq: chat.isCaughtUp.value ? (shown.at(-1)?.seq ?? 0) : -1 };
  }

  function look(): void {
    if (!section.hidden && document.visibilityState === "visible") chat.look();
  }

  function onKey(event: Event): void {
    event.stopPropagation();
    if (event.type !== "keydown" || (event as KeyboardEvent).key !== "Escape" || section.hidden) return; // keydown is a keyboard's
    shell.close();
  }
}

/** The site owner's wish, else the page's language, else the browser's. */
function localeOf(wanted: string | undefined): string {
  try {
    return String(new Intl.Locale(wanted || document.documentElement.lang || navigator.language));
  } catch {
    return "en"; // whatever stands there is no language
  }
}
