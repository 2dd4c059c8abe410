import type { Greeting } from "@baton/bridge-server/protocol";
import type { Clock } from "../connection/clock.ts";
import { fits, inLanguage } from "./look.ts";

const DAY_MS = 24 * 60 * 60_000;
const EVERY_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, once: Infinity };

/** What greeting needs to know of the page and the chat. */
export interface Greeted {
  site: string;
  locale: string;
  clock: Clock;
  /** Open or under way: then nobody is greeted. */
  isBusy(): boolean;
  show(text: string, gone: (wasDismissed: boolean) => void): void;
  /** Ends everything. */
  until: AbortSignal;
  storage?: () => Record<"local" | "session", Storage>;
}

/** Waits for the moments of a page's greetings, and shows the first that comes; no other follows it on that page. Returns how to stop. */
export function watchFor(greetings: Greeting[], path: string, about: Greeted): () => void {
  const { site, clock, until, storage = () => ({ local: localStorage, session: sessionStorage }) } = about;
  const name = `baton:${site}:greeted`;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, until]);
  const timers: (() => void)[] = [];
  for (const greeting of greetings.filter(({ on }) => fits(on, path))) {
    const { seconds, scrolled, leaving } = greeting.after;
    const come = (): void => greet(greeting);
    if (seconds) timers.push(clock.after(seconds * 1_000, come));
    if (scrolled) addEventListener("scroll", () => share() >= scrolled && come(), { passive: true, signal });
    if (leaving) document.documentElement.addEventListener("pointerleave", ({ clientY }) => clientY <= 0 && come(), { signal });
  }
  signal.addEventListener("abort", () => timers.forEach((cancel) => cancel()));
  return () => stop.abort();

  function greet({ name: greeting, text, languages, every }: Greeting): void {
    if (!mayGreet(greeting, every) || about.isBusy()) return;
    stop.abort();
    note(greeting);
    about.show(inLanguage(languages, about.locale) ?? text, (wasDismissed) => wasDismissed && note("dismissed"));
  }

  /** Where nothing can be remembered nobody is greeted, or it would be at every page. */
  function mayGreet(greeting: string, every: Greeting["every"]): boolean {
    try {
      const { local, session } = storage();
      const last = read(local);
      if (clock.now() - (last["dismissed"] ?? -Infinity) < DAY_MS) return false;
      if (every === "page") return true;
      if (every === "visit") return read(session)[greeting] === undefined;
      return clock.now() - (last[greeting] ?? -Infinity) >= EVERY_MS[every];
    } catch {
      return false;
    }
  }
  function note(what: string): void {
    try {
      for (const kept of Object.values(storage())) kept.setItem(name, JSON.stringify({ ...read(kept), [what]: clock.now() }));
    } catch {
      // full: greeted now, and perhaps once more
    }
  }
  function read(kept: Storage): Record<string, number> {
    return (JSON.parse(kept.getItem(name) ?? "null") as Record<string, number> | null) ?? {}; // what `note` wrote
  }
}

/** How far down the page the visitor is, in percent of what there is to scroll. */
function share(): number {
  const { scrollHeight, clientHeight } = document.scrollingElement ?? document.documentElement; // without a doctype it is the body
  return scrollHeight > clientHeight ? (100 * scrollY) / (scrollHeight - clientHeight) : 0;
}
