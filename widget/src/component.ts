import type { Attributes, Baton, BatonElement, BatonEvents } from "./baton.ts";
import { mount } from "./mount.ts";
import type { Options } from "./options.ts";

// What React's component and Vue's have in common.

/** A component's hold on the chat that it has put up. */
export interface Hold {
  /** What the page calls: `null` unless it holds one. */
  baton(): Baton | null;
  /**
   * Puts a chat up, or has the one that is there do as these options say. What does not take effect on the element takes another chat, which
   * is told at once what the page has said of the visitor to the one before; another site's is not.
   */
  holdWith(options: Options): void;
  letGo(): void;
}

export type Hear = <Event extends keyof BatonEvents>(event: Event, detail: BatonEvents[Event]) => void;

const events = ["open", "close", "message", "phase", "unread", "identity"] as const;

/** What takes effect on the element itself. */
const LIVE = new Set<string>(["position", "theme", "launcher", "showIcon", "showHeader"]);

/** A chat that components hold: one, or several for a moment, as where one goes while another comes. */
interface Held {
  holders: number;
  /** What the page has said of the visitor. */
  identity?: Parameters<Baton["identify"]>[0];
  attributes?: Attributes;
}
const chats = new WeakMap<Baton, Held>();

export function createHold(hear: Hear): Hold {
  let held: { baton: Baton; options: Options; stopHearing: (() => void)[] } | null = null;

  return {
    baton: () => held?.baton ?? null,
    holdWith(options) {
      const before = held;
      if (before && fixed(before.options) === fixed(options)) {
        wear(before.baton, options, before.options);
        before.options = options;
        return;
      }
      letGo();
      const baton = mount(options);
      keep(baton).holders++;
      wear(baton, options, {}); // it may be another's, put up with other options
      held = { baton, options, stopHearing: events.map((event) => baton.on(event, (detail) => hear(event, detail as never))) }; // of this event
      if (before?.options.site === options.site && before.options.bridge === options.bridge) repeat(keep(before.baton), baton);
    },
    letGo,
  };

  function letGo(): void {
    if (!held) return;
    const { baton, stopHearing } = held;
    held = null;
    for (const stop of stopHearing) stop();
    if (--keep(baton).holders === 0) baton.destroy();
  }
}

/** What is kept of this chat; from the first time on also what it is told of the visitor, by whomever. */
function keep(baton: Baton): Held {
  const before = chats.get(baton);
  if (before) return before;
  const kept: Held = { holders: 0 };
  chats.set(baton, kept);
  const { identify, set } = baton;
  baton.identify = (proof) => identify((kept.identity = proof));
  baton.set = (attributes) => set((kept.attributes = { ...kept.attributes, ...attributes }));
  return kept;
}

function repeat({ identity, attributes }: Held, to: Baton): void {
  if (identity !== undefined) to.identify(identity);
  if (attributes) to.set(attributes);
}

/** Everything else, to compare. */
function fixed(options: Options): string {
  return JSON.stringify(Object.fromEntries(Object.entries(options).filter(([name]) => !LIVE.has(name))));
}

/** Only what has changed: the page may have said something else of the rest. */
function wear(baton: Baton, options: Options, before: Partial<Options>): void {
  const host = [...document.querySelectorAll<BatonElement>("baton-chat")].find((one) => one.baton === baton);
  for (const name of LIVE as Set<keyof Options>) {
    const value = options[name];
    if (!host || value === before[name]) continue;
    if (value == null) delete host.dataset[name];
    else host.dataset[name] = String(value);
  }
}
