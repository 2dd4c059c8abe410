import { effect, signal } from "@preact/signals-core";
import { render } from "preact";
import { browserClock, type Clock } from "./connection/clock.ts";
import { type Connection, createConnection } from "./connection/connection.ts";
import { createConversation } from "./conversation/conversation.ts";
import type { IdentityParts } from "./conversation/identity.ts";
import { createMemory } from "./conversation/memory.ts";
import css from "./panel.css?inline";
import { tagOf } from "./locale.ts";
import type { FilledPanel, Frame, Shell } from "./shell.ts";
import type { GivenPreact } from "./view/given-preact.ts";
import { missingFrom } from "./view/NotLoaded.tsx";
import { Broken, Panel } from "./view/Panel.tsx";
import { createPart, type Part } from "./view/part.ts";
import type { FilesParts, FormsParts, LaterParts } from "./view/parts.ts";
import type { Shared } from "./view/props.ts";
import { createLanguage, type Language, type WordLists } from "./words/language.ts";

/** What is loaded for itself. */
interface PartModule<Parts> {
  start(panel: HTMLElement, shared: Shared, preact: GivenPreact): Parts | Promise<Parts>;
}

const { document } = globalThis;

const PART_WITHIN_MS = 5_000; // after that what was said is shown as plain text, or what is to be told is tried again
const DRAWN_AFTER_MS = 20; // a frame
const FRAMES_TO_PRESS = 20; // after that the whole panel is drawn for whoever has come near and not pressed
const LANGUAGE_WITHIN_MS = 2_000; // after that the panel opens in English, and goes on in the language once it is there

/** Builds what belongs in the frame, in the visitor's language. Where that fails a sentence stands there, and there is nobody to be asked. */
export async function fill(shell: Shell, frame: Frame): Promise<FilledPanel | undefined> {
  const language = createLanguage(async (code, attempt) => {
    const version = import.meta.env?.BATON_WORDS as string | undefined;
    if (!version) return (await import("./words/from-source.ts")).listsFromSource(code);
    return (await frame.load<{ default: WordLists }>(`words-${code}-${version}.js`, attempt)).default;
  });
  try {
    return await build(shell, frame, language);
  } catch {
    return void render(<Broken say={language.say} close={shell.close} />, frame.dialog);
  }
}

async function build(shell: Shell, frame: Frame, language: Language): Promise<FilledPanel> {
  const { dialog, until, addStyles, load, focus, isPlacing, handOver } = frame;
  const clock = browserClock();
  const { site, bridge } = shell;
  const locales = [shell.locale, document.documentElement.lang, ...navigator.languages].flatMap(tagOf);
  const { say } = language;
  await Promise.race([language.speak(...locales), pause(clock, LANGUAGE_WITHIN_MS)]);
  await pause(clock);
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
  const partOf = <Parts extends object>(from: (attempt: number) => Promise<PartModule<Parts>>): Part<Parts> =>
    createPart(async (attempt, preact) => {
      const tooLate = new Promise<never>((_, reject) => clock.after(PART_WITHIN_MS, reject));
      return (await Promise.race([from(attempt), tooLate])).start(dialog, shared, preact);
    });
  // Other builds than our own, which sets the files' names, take the source.
  const later = partOf<LaterParts>((attempt) =>
    import.meta.env?.BATON_LATER ? load(import.meta.env?.BATON_LATER, attempt) : import("./later.tsx"),
  );
  const forms = partOf<FormsParts>((attempt) =>
    import.meta.env?.BATON_FORMS ? load(import.meta.env?.BATON_FORMS, attempt) : import("./forms.tsx"),
  );
  const files = partOf<FilesParts>((attempt) =>
    import.meta.env?.BATON_FILES ? load(import.meta.env?.BATON_FILES, attempt) : import("./files.tsx"),
  );
  const identity = partOf<IdentityParts>((attempt) =>
    import.meta.env?.BATON_IDENTITY ? load(import.meta.env?.BATON_IDENTITY, attempt) : import("./conversation/identity.ts"),
  );
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
    ...shell,
    addStyles,
    until,
    focus,
    chat,
    say,
    language,
    look,
    found: chat.session.value,
    later,
    forms,
    files,
    sendFiles: signal(null),
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
  // Who comes near presses soon, and then sees the field first, and this behind it.
  let looks = FRAMES_TO_PRESS;
  do await pause(clock, DRAWN_AFTER_MS);
  while (!shell.host.hasAttribute("data-is-open") && !chat.session.value && --looks);
  addStyles(css);
  const { draft, pressed } = handOver();
  if (draft) chat.write(draft);
  render(<Panel {...shared} />, dialog);

  for (const type of ["pointerdown", "focusin", "input"]) dialog.addEventListener(type, () => isPlacing() || chat.begin());
  const isTouched = dialog.matches(":focus-within"); // before there was anybody to hear of it
  document.addEventListener("visibilitychange", markSeen, { signal: until });

  let isLooking = false;
  pressed.forEach(chat.say);
  await pause(clock);
  const stops = [
    effect(() => void (dialog.ariaLabel = look.value.title ?? chat.site.value?.title ?? say("title"))),
    effect(() => language.putInPlace(chat.site.value?.words ?? {})),
    chat.unread.subscribe(markSeen),
    chat.session.subscribe((session) => session && later.load()), // what comes is counted on the launcher, also where nobody opens the chat
    // What could not be loaded may be now. While there never was a connection that is the visitor's to try: see `NotLoaded`.
    chat.isReachable.subscribe((is) => is && missingFrom(shared).forEach(({ load }) => load())),
    chat.close,
    () => render(null, dialog),
  ];

  return {
    goOn,
    markSeen,
    identify,
    send: (text) => chat.say(String(text)), // a page without types may give anything
    askForPerson: chat.askForPerson,
    newChat: chat.startNew,
    endChat: () => chat.ask("leave", {}),
    stop: () => stops.forEach((stop) => stop()),
  };

  /** What can wait until the visitor sees where to write. */
  async function goOn(byVisitor: boolean): Promise<void> {
    markSeen();
    await pause(clock, DRAWN_AFTER_MS);
    if (until.aborted || !dialog.open) return;
    if (byVisitor || isTouched) chat.begin();
    await pause(clock);
    later.load();
  }

  async function identify(): Promise<void> {
    const proof = shell.identity;
    const isLeft = proof
      ? chat.session.value && (await (await identity.load()).isAnothers(shell, memory, clock))
      : proof === null && memory.read("named");
    if (!isLeft) return;
    chat.signOut();
    if (!proof) shell.close?.();
    else if (dialog.open) chat.begin();
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
