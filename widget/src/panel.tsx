import { effect, signal } from "@preact/signals-core";
import { render } from "preact";
import { browserClock } from "./connection/clock.ts";
import { type Connection, createConnection } from "./connection/connection.ts";
import { createConversation } from "./conversation/conversation.ts";
import { createMemory } from "./conversation/memory.ts";
import { tagOf } from "./locale.ts";
import type { OpenedPanel, Shell } from "./shell.ts";
import css from "./style.css?inline";
import type { GivenPreact } from "./view/given-preact.ts";
import { Panel } from "./view/Panel.tsx";
import { createPart, type Part } from "./view/part.ts";
import type { FilesParts, FormsParts, LaterParts } from "./view/parts.ts";
import type { Shared } from "./view/props.ts";
import { createLanguage, type WordLists } from "./words/language.ts";

/** What is loaded for itself. */
interface PartModule<Parts> {
  start(panel: HTMLElement, shared: Shared, preact: GivenPreact): Parts;
}

const { document, URL } = globalThis;

/** As in launcher.css and style.css: where a corner would be too small. */
const WHOLE_SCREEN = "(max-width: 640px), (max-height: 480px)";

const PART_WITHIN_MS = 5_000; // after that what was said is shown as plain text
const DRAWN_WITHIN_MS = 300;
const LANGUAGE_WITHIN_MS = 2_000; // after that the panel opens in English, and goes on in the language once it is there

/** Builds the panel in the launcher's shadow root, closed, in the visitor's language. */
export async function startPanel(shell: Shell): Promise<OpenedPanel> {
  const { root, button, site, bridge } = shell;
  const clock = browserClock();
  const locales = [shell.locale, document.documentElement.lang, ...navigator.languages].flatMap(tagOf);
  const language = createLanguage(loadWords);
  const { say } = language;
  const pause = (ms = 0): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
  await Promise.race([language.speak(...locales), pause(LANGUAGE_WITHIN_MS)]);
  await pause(); // each step is a task of its own, so that none holds up a slow page for long
  const memory = createMemory(site);
  const strangers = createConnection(bridge, shell.fetch, clock);
  const believed = (is: boolean): void => shell.emit("identity", is);
  const connection: Connection = {
    ...strangers,
    begin: async (...given) =>
      shell.identity || shell.told
        ? (await loadIdentity()).beginAs(shell, { connection: strangers, memory, believed }, ...given)
        : strangers.begin(...given),
  };
  const chat = createConversation({
    site,
    connection,
    memory,
    clock,
    language: locales[0] ?? "en",
    page: () => ({ url: location.href.slice(0, 2_000), title: document.title.slice(0, 300) }),
  });

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  const dialog = document.createElement("dialog");
  dialog.className = shell.close ? "panel" : "panel fills";
  dialog.part.add("panel");
  dialog.tabIndex = -1;
  root.prepend(dialog);
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.ariaHidden = "true";
  button.append(badge);
  const partOf = <Parts extends object>(load: (attempt: number) => Promise<PartModule<Parts>>): Part<Parts> =>
    createPart(async (attempt, preact) => {
      const tooLate = new Promise<never>((_, reject) => clock.after(PART_WITHIN_MS, reject));
      return (await Promise.race([load(attempt), tooLate])).start(dialog, shared, preact);
    });
  const later = partOf(loadLater);
  const forms = partOf(loadForms);
  const files = partOf(loadFiles);
  const look = signal(shell.look ?? {});
  shell.onLook = (here) => (look.value = here);
  const asking: Shared["asking"] = signal(null);
  const newFrom = signal<number | null>(null);
  const scrolledUpFrom = signal<number | null>(null);
  const shared: Shared = {
    chat,
    say,
    language,
    look,
    bridge,
    fetch: shell.fetch,
    later,
    forms,
    files,
    sendFiles: signal(null),
    close: shell.close,
    asking,
    newFrom,
    scrolledUpFrom,
    habits: signal(""),
    memory,
    clock,
    mistakes: signal({}),
  };
  await pause();
  render(<Panel {...shared} />, dialog);

  const listening = new AbortController();
  const { signal: until } = listening;
  const wholeScreen = matchMedia(WHOLE_SCREEN);
  // What is typed here is nobody else's business: pages bind single keys to actions.
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, onKey, { signal: until });
  for (const type of ["pointerdown", "focusin"]) dialog.addEventListener(type, () => isPlacing || chat.begin(), { signal: until });
  // Closed by the browser, as by the way back on a phone; then the launcher has to know.
  for (const type of ["cancel", "close"]) dialog.addEventListener(type, onClosed, { signal: until });
  wholeScreen.addEventListener("change", place, { signal: until });
  document.addEventListener("visibilitychange", markSeen, { signal: until });

  let isPlacing = false;
  let isLooking = false;
  let told = { unread: -1, phase: "", seq: -1 }; // -1: the history is no news
  const stops = [
    effect(() => void (dialog.ariaLabel = look.value.title ?? chat.site.value?.title ?? say("title"))),
    effect(() => language.putInPlace(chat.site.value?.words ?? {})),
    effect(tellPage),
    effect(() => name(chat.unread.value)),
    effect(() => void (chat.story.value.language && language.speak(chat.story.value.language))),
    effect(() => void (chat.phase.value !== "automated" && typeof later.parts.value === "object" && forms.load())), // a person's lines are not to be missed
    chat.session.subscribe(() => void (asking.value = null)), // another chat, perhaps begun in another tab, is not the one to end
  ];

  await identify(); // before anything of a former person is shown
  await pause();

  return {
    open(byVisitor) {
      if (!dialog.open) place();
      markSeen();
      void goOn(byVisitor);
      if (!byVisitor) return;
      // On a phone the keyboard would cover what there is to read.
      const input = matchMedia("(pointer: coarse)").matches ? null : dialog.querySelector<HTMLElement>(".input");
      isPlacing = true; // not yet
      (input ?? dialog).focus();
      isPlacing = false;
    },
    close() {
      dialog.close();
      markSeen();
    },
    send: (text) => chat.say(String(text)), // a page without types may give anything
    askForPerson: chat.askForPerson,
    newChat: chat.startNew,
    endChat: () => chat.ask("leave", {}),
    identify,
    destroy() {
      listening.abort();
      for (const stop of stops) stop();
      chat.close();
      render(null, dialog);
    },
  };

  /** What can wait until the visitor sees where to write. A tab that nobody looks at draws nothing. */
  async function goOn(byVisitor: boolean): Promise<void> {
    await Promise.race([new Promise(requestAnimationFrame), pause(DRAWN_WITHIN_MS)]);
    await pause();
    if (until.aborted) return;
    if (byVisitor) chat.begin();
    later.load();
    await pause();
    for (const type of ["pointerover", "keydown"]) dialog.addEventListener(type, forms.load, { signal: until, once: true });
    language.time(new Date(clock.now()).toISOString()); // the first one takes a slow machine as long as all messages together
  }

  /** Over the whole screen it is modal: the browser keeps the focus in it, and the page's own layers under it. In a corner it is not. */
  function place(event?: Event): void {
    if (event && !dialog.open) return;
    const focused = root.activeElement as HTMLElement | null; // nothing else in here takes focus
    isPlacing = true; // focus that the browser moves is no visitor's wish
    if (event) dialog.close();
    if (shell.close && wholeScreen.matches) dialog.showModal();
    else dialog.open = true; // not `show()`, which would take the focus
    if (event) focused?.focus();
    isPlacing = false;
  }

  async function identify(): Promise<void> {
    const proof = shell.identity;
    if (proof === undefined || (proof && !(await (await loadIdentity()).isAnothers(proof, memory)))) return;
    chat.signOut();
    if (!proof) shell.close?.();
    else if (dialog.open) chat.begin();
  }

  function onClosed(event: Event): void {
    if (event.type === "close" && dialog.open) return; // already open again
    event.preventDefault();
    shell.close?.();
  }

  function tellPage(): void {
    const [unread, phase] = [chat.unread.value, chat.phase.value];
    const { shown } = chat.story.value;
    if (told.unread !== unread) {
      button.title = "";
      badge.textContent = unread > 0 ? String(Math.min(unread, 99)) : "";
      shell.emit("unread", unread);
      markSeen();
    }
    if (told.phase !== phase && chat.isCaughtUp.value) shell.emit("phase", phase);
    for (const item of told.seq < 0 ? [] : shown) {
      if (item.kind !== "line" || item.seq <= told.seq) continue;
      shell.emit("message", { by: item.by, name: item.name ?? null, text: item.text, at: item.at });
    }
    told = { unread, phase: chat.isCaughtUp.value ? phase : told.phase, seq: chat.isCaughtUp.value ? (shown.at(-1)?.seq ?? 0) : -1 };
  }

  /** What is written on it comes first, or whoever speaks to the machine could not name it. */
  function name(unread: number): void {
    const { label } = look.value;
    button.ariaLabel = (label ? `${label}: ` : "") + (unread > 0 ? say("openChatUnread", { count: unread }) : say("openChat"));
  }

  /** What came while the visitor looked away is marked until they look away again. */
  function markSeen(): void {
    const looks = dialog.open && document.visibilityState === "visible";
    if (looks && !isLooking) newFrom.value = chat.firstUnread.value;
    isLooking = looks;
    if (looks) chat.look();
  }

  function onKey(event: Event): void {
    event.stopPropagation();
    if (event.type !== "keydown" || (event as KeyboardEvent).key !== "Escape" || !dialog.open) return; // keydown is a keyboard's
    event.preventDefault();
    shell.close?.();
  }
}

// Other builds than our own, which sets the files' names, take the source.
const loadLater = (attempt: number): Promise<PartModule<LaterParts>> =>
  import.meta.env?.BATON_LATER ? load(import.meta.env?.BATON_LATER, attempt) : import("./later.tsx");
const loadForms = (attempt: number): Promise<PartModule<FormsParts>> =>
  import.meta.env?.BATON_FORMS ? load(import.meta.env?.BATON_FORMS, attempt) : import("./forms.tsx");
const loadFiles = (attempt: number): Promise<PartModule<FilesParts>> =>
  import.meta.env?.BATON_FILES ? load(import.meta.env?.BATON_FILES, attempt) : import("./files.tsx");
const loadIdentity = (): Promise<typeof import("./conversation/identity.ts")> =>
  import.meta.env?.BATON_IDENTITY ? load(import.meta.env?.BATON_IDENTITY, 0) : import("./conversation/identity.ts");

async function loadWords(code: string, attempt: number): Promise<WordLists> {
  const version = import.meta.env?.BATON_WORDS as string | undefined;
  if (!version) return (await import("./words/from-source.ts")).listsFromSource(code);
  return (await load<{ default: WordLists }>(`words-${code}-${version}.js`, attempt)).default;
}

/** One of our own files, which has what its name says. A failed one is remembered as failed under its address, hence another one for each attempt. */
function load<Module>(file: string, attempt: number): Promise<Module> {
  return import(/* @vite-ignore */ new URL(file + (attempt ? `?${attempt}` : ""), import.meta.url).href) as Promise<Module>;
}
