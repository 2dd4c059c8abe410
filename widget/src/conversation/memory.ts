import type { Chat } from "./chats.ts";

/** What is remembered between pages. */
interface Remembered {
  /** The chat there is, from when the visitor wants it. */
  session: Chat;
  /** Whose conversation it is, by the site's word. */
  subject: string;
  /** That something here is of somebody whom the site has named, whether or not the bridge has believed it. */
  named: string;
  /** Which conversation was told what by the page, as JSON. */
  told: string;
  /** What is typed and not sent. */
  draft: string;
  /** The number of the last entry the visitor has seen. */
  seen: number;
  /** How the visitor wants to be told of what is new. */
  habits: string;
  /** The text that the visitor has agreed to. */
  consent: string;
  /** Whether a chat is under way, which only the launcher looks at. */
  live: boolean;
}

/** A line that the bridge has not confirmed. `at` is when it was pressed, by this browser's clock, and only for order. */
export interface WaitingLine {
  id: string;
  text: string;
  at: number;
}

export interface Memory {
  /** Whether other tabs and the next page can read it. */
  readonly lasts: boolean;
  read<K extends keyof Remembered>(what: K): Remembered[K] | null;
  /** `null` forgets. */
  write<K extends keyof Remembered>(what: K, value: Remembered[K] | null): void;
  /** Each line has a place of its own, so that two tabs cannot overwrite each other's. */
  keepLine(line: WaitingLine): void;
  dropLine(id: string): void;
  /** Oldest first. */
  lines(): WaitingLine[];
}

/**
 * Keeps things in the browser's storage under the site's key. Where storage is forbidden, full or spoilt they are kept in this page only:
 * it never throws, and what it cannot read counts as forgotten.
 */
export function createMemory(site: string, storage: () => Storage = () => localStorage): Memory {
  const prefix = `baton:${site}:`;
  const page = new Map<string, string>();
  const lasts = attempt(() => {
    storage().setItem(`${prefix}try`, "1");
    storage().removeItem(`${prefix}try`);
    return true;
  });

  return {
    lasts: lasts === true,
    read(what) {
      const value = parse(get(what));
      return ((fits[what] ?? isText)(value) ? value : null) as never; // looked at just now
    },
    write: (what, value) => set(what, value === null ? null : JSON.stringify(value)),
    keepLine: (line) => set(`line:${line.id}`, JSON.stringify(line)),
    dropLine: (id) => set(`line:${id}`, null),
    lines: () =>
      names()
        .filter((name) => name.startsWith("line:"))
        .map((name) => parse(get(name)))
        .filter(isLine)
        .sort((a, b) => a.at - b.at),
  };

  function get(name: string): string | null {
    return page.get(name) ?? attempt(() => storage().getItem(prefix + name));
  }
  function set(name: string, value: string | null): void {
    page.delete(name);
    if (value === null) attempt(() => storage().removeItem(prefix + name));
    else if (!attempt(() => (storage().setItem(prefix + name, value), true))) page.set(name, value);
  }
  function names(): string[] {
    const stored = attempt(() => Object.keys(storage())) ?? [];
    return [...stored.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)), ...page.keys()];
  }
}

function parse(text: string | null): unknown {
  return text === null ? null : attempt(() => JSON.parse(text) as unknown);
}

/** Somebody else, or another version, may have written there. What is not named here is a text. */
const fits: { [What in keyof Remembered]?: (value: unknown) => boolean } = {
  session: (value) => typeof (value as Partial<Chat> | null)?.at === "number", // what else is wrong with it the bridge refuses
  seen: (value) => typeof value === "number",
};

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isLine(value: unknown): value is WaitingLine {
  const line = value as Partial<WaitingLine> | null; // whatever lies in the storage: looked at before it is believed
  return typeof line?.id === "string" && typeof line.text === "string" && typeof line.at === "number";
}

/** Storage throws when it is forbidden or full. Both mean the same here: it is not there. */
function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
