import { effect, signal } from "@preact/signals-core";
import { render } from "preact";
import { browserClock, type Clock } from "./connection/clock.ts";
import { type Connection, createConnection } from "./connection/connection.ts";
import { createConversation } from "./conversation/conversation.ts";
import type { IdentityParts } from "./conversation/identity.ts";
import { createMemory } from "./conversation/memory.ts";
import css from "./panel.css?inline";
import { createFrame, type Frame } from "./frame.ts";
import { tagOf } from "./locale.ts";
import type { OpenedPanel, Shell } from "./shell.ts";
import { addStyles } from "./view/add-styles.ts";
import type { GivenPreact } from "./view/given-preact.ts";
import { Broken, Panel } from "./view/Panel.tsx";
import { createPart, type Part } from "./view/part.ts";
import type { FilesParts, FormsParts, LaterParts } from "./view/parts.ts";
import type { Shared } from "./view/props.ts";
import { createLanguage, type Language, type WordLists } from "./words/language.ts";

/** What is loaded for itself. */
interface PartModule<Parts> {
  start(panel: HTMLElement, shared: Shared, preact: GivenPreact): Parts | Promise<Parts>;
}

const { document, URL } = globalThis;

const PART_WITHIN_MS = 5_000; // after that what was said is shown as plain text, or what is to be told is tried again
const DRAWN_WITHIN_MS = 300;
const LANGUAGE_WITHIN_MS = 2_000; // after that the panel opens in English, and goes on in the language once it is there

/**
 * The panel in the launcher's shadow root. It opens at once with a field to write in; the rest is built behind that, in the visitor's
 * language, and what is asked of it meanwhile is done then.
 */
export function startPanel(shell: Shell): OpenedPanel {
  const clock = browserClock();
  const frame = createFrame(shell);
  const filled = pause(clock).then(() => {
    const language = createLanguage(loadWords);
    const filling = fill(shell, frame, clock, language);
    filling.catch(() => render(<Broken say={language.say} close={shell.close} />, frame.dialog));
    return filling;
  });
  const then = (use: (it: Awaited<typeof filled>) => unknown): void => void filled.then(use).catch(() => {}); // it has been said

  return {
    open(byVisitor) {
      frame.open(byVisitor);
      then((it) => it.goOn(byVisitor));
    },
    close() {
      frame.close();
      then((it) => it.markSeen());
    },
    send: (text) => then(({ chat }) => chat.say(String(text))), // a page without types may give anything
    askForPerson: () => then(({ chat }) => chat.askForPerson()),
    newChat: () => then(({ chat }) => chat.startNew()),
    endChat: () => then(({ chat }) => chat.ask("leave", {})),
    identify: () => then((it) => it.identify()),
    destroy() {
      frame.destroy();
      then((it) => it.stop());
    },
  };
}

async function fill(shell: Shell, { dialog, until, isPlacing, handOver }: Frame, clock: Clock, language: Language) {
  const { button, site, bridge } = shell;
  const locales = [shell.locale, document.documentElement.lang, ...navigator.languages].flatMap(tagOf);
  const { say } = language;
  await Promise.race([language.speak(...locales), pause(clock, LANGUAGE_WITHIN_MS)]);
  const memory = createMemory(site);
  const strangers = createConnection(bridge, shell.fetch, clock);
  if (shell.host.dataset["attributes"]) shell.told ??= {}; // what stands there is told too
  const connection: Connection = {
    ...strangers,
    begin: async (...given) =>
      shell.identity || shell.told ? (await identity.load()).beginAs(shell, strangers, memory, ...given) : strangers.begin(...given),
  };
  const chat = createConversation({
    site,
    connection,
    memory,
    clock,
    language: locales[0] ?? "en",
    page: () => ({ url: location.href.slice(0, 2_000), title: document.title.slice(0, 300) }),
  });
  const partOf = <Parts extends object>(load: (attempt: number) => Promise<PartModule<Parts>>): Part<Parts> =>
    createPart(async (attempt, preact) => {
      const tooLate = new Promise<never>((_, reject) => clock.after(PART_WITHIN_MS, reject));
      return (await Promise.race([load(attempt), tooLate])).start(dialog, shared, preact);
    });
  const later = partOf(loadLater);
  const forms = partOf(loadForms);
  const files = partOf(loadFiles);
  const identity = partOf(loadIdentity);
  const look = signal(shell.look ?? {});
  shell.onLook = (here) => (look.value = here);
  const asking: Shared["asking"] = signal(null);
  const newFrom = signal<number | null>(null);
  const scrolledUpFrom = signal<number | null>(null);
  shell.onTold = () =>
    shell.told &&
    void identity.load().then(
      (it) => it.tellMore(shell, shared),
      () => clock.after(PART_WITHIN_MS, shell.onTold!),
    );
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
  await identify(); // before anything of a former person is shown
  shell.onTold();
  await pause(clock);
  addStyles(dialog, css);
  const { draft, pressed } = handOver();
  if (draft) chat.write(draft);
  render(<Panel {...shared} />, dialog);

  for (const type of ["pointerdown", "focusin", "input"])
    dialog.addEventListener(type, () => isPlacing() || chat.begin(), { signal: until });
  document.addEventListener("visibilitychange", markSeen, { signal: until });

  let isLooking = false;
  const found = chat.session.value;
  let told = { unread: -1, phase: "", seq: -1 }; // -1: what was said before this page is no news
  const stops = [
    effect(() => void (dialog.ariaLabel = look.value.title ?? chat.site.value?.title ?? say("title"))),
    effect(() => language.putInPlace(chat.site.value?.words ?? {})),
    effect(tellPage),
    effect(() => name(chat.unread.value)),
    effect(() => void (chat.story.value.language && language.speak(chat.story.value.language))),
    effect(() => void (chat.phase.value !== "automated" && typeof later.parts.value === "object" && forms.load())), // a person's lines are not to be missed
    chat.session.subscribe(() => void (asking.value = null)), // another chat, perhaps begun in another tab, is not the one to end
  ];
  pressed.forEach(chat.say);
  if (chat.session.value) later.load(); // what has come is counted on the launcher, also where nobody opens the chat

  return {
    chat,
    goOn,
    markSeen,
    identify,
    stop() {
      for (const stop of stops) stop();
      chat.close();
      render(null, dialog);
    },
  };

  /** What can wait until the visitor sees where to write. A tab that nobody looks at draws nothing. */
  async function goOn(byVisitor: boolean): Promise<void> {
    markSeen();
    await Promise.race([new Promise(requestAnimationFrame), pause(clock, DRAWN_WITHIN_MS)]);
    await pause(clock);
    if (until.aborted) return;
    if (byVisitor) chat.begin();
    later.load();
    for (const type of ["pointerover", "keydown"]) dialog.addEventListener(type, forms.load, { signal: until, once: true });
  }

  async function identify(): Promise<void> {
    const proof = shell.identity;
    if (proof === undefined || (proof && !(chat.session.value && (await (await identity.load()).isAnothers(proof, memory))))) return;
    chat.signOut();
    if (!proof) shell.close?.();
    else if (dialog.open) chat.begin();
  }

  function tellPage(): void {
    const [unread, phase] = [chat.unread.value, chat.phase.value];
    const { shown } = chat.story.value;
    if (told.unread !== unread) {
      button.title = "";
      delete button.dataset["unread"];
      if (unread > 0) button.dataset["unread"] = String(Math.min(unread, 99));
      shell.emit("unread", unread);
      markSeen();
    }
    if (told.phase !== phase && chat.isCaughtUp.value) shell.emit("phase", phase);
    for (const item of told.seq < 0 ? [] : shown) {
      if (item.kind !== "line" || item.seq <= told.seq) continue;
      shell.emit("message", { by: item.by, name: item.name ?? null, text: item.text, at: item.at });
    }
    told = {
      unread,
      phase: chat.isCaughtUp.value ? phase : told.phase,
      seq: chat.isCaughtUp.value ? (shown.at(-1)?.seq ?? 0) : chat.session.value === found ? -1 : 0,
    };
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
}

/** Each step is a task of its own, so that none holds up a slow page for long. */
const pause = (clock: Clock, ms = 0): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

// Other builds than our own, which sets the files' names, take the source.
const loadLater = (attempt: number): Promise<PartModule<LaterParts>> =>
  import.meta.env?.BATON_LATER ? load(import.meta.env?.BATON_LATER, attempt) : import("./later.tsx");
const loadForms = (attempt: number): Promise<PartModule<FormsParts>> =>
  import.meta.env?.BATON_FORMS ? load(import.meta.env?.BATON_FORMS, attempt) : import("./forms.tsx");
const loadFiles = (attempt: number): Promise<PartModule<FilesParts>> =>
  import.meta.env?.BATON_FILES ? load(import.meta.env?.BATON_FILES, attempt) : import("./files.tsx");
const loadIdentity = (attempt: number): Promise<PartModule<IdentityParts>> =>
  import.meta.env?.BATON_IDENTITY ? load(import.meta.env?.BATON_IDENTITY, attempt) : import("./conversation/identity.ts");

async function loadWords(code: string, attempt: number): Promise<WordLists> {
  const version = import.meta.env?.BATON_WORDS as string | undefined;
  if (!version) return (await import("./words/from-source.ts")).listsFromSource(code);
  return (await load<{ default: WordLists }>(`words-${code}-${version}.js`, attempt)).default;
}

/** One of our own files, which has what its name says. A failed one is remembered as failed under its address, hence another one for each attempt. */
function load<Module>(file: string, attempt: number): Promise<Module> {
  return import(/* @vite-ignore */ new URL(file + (attempt ? `?${attempt}` : ""), import.meta.url).href) as Promise<Module>;
}
