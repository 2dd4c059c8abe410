import type { Proof } from "./conversation/proof.ts";
import type { Options } from "./options.ts";

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
  /** Ends the chat, as the visitor's own button does. */
  endChat(): void;
  /** Draws the eye to the launcher, once; not of a visitor who wants less motion. */
  animateIcon(how?: Motion): void;
  /** Shows a line beside the launcher, unless the chat is open. A press on it opens the chat under these words. How often is up to the page. */
  showBubble(bubble: Bubble): void;
  /**
   * What the page knows of the visitor and nobody has to believe, such as a plan or what is in a basket: told to the assistant and the
   * agent as unproven when a chat begins. What comes while it runs is for agents, at once or with the next handoff. Twenty names of
   * letters, digits and `_`; texts of 200 characters. `null` takes one back.
   */
  set(attributes: Attributes): void;
  /**
   * Who the visitor is: a JWT that your server has signed for this visitor a moment ago, or a function that gets one when a chat begins or
   * goes on here. One that rejects has named nobody else.
   * `null`: the visitor has signed out. The chat is left, and nothing of it stays in the browser; nothing happens to that of a stranger,
   * whom nobody has named. Another person's chat is left too.
   */
  identify(proof: Proof | null): void;
  /** Removes everything from the page. The conversation goes on where the visitor left it. */
  destroy(): void;
  /**
   * Returns how to stop hearing. A handler is called in a task of its own: what it throws is the page's.
   * The same events are told to the `<baton-chat>` element itself, as events of these names with a `detail`.
   */
  on<E extends keyof BatonEvents>(event: E, handler: (detail: BatonEvents[E]) => void): () => void;
  /** The same by the handler, for who keeps that rather than what `on` returns. */
  off<E extends keyof BatonEvents>(event: E, handler: (detail: BatonEvents[E]) => void): void;
}

export type Attributes = Record<string, string | number | boolean | null>;

export interface Motion {
  type?: "bounce" | "grow" | "pulse" | undefined;
  durationMs?: number | undefined;
}

export interface Bubble {
  text: string;
  /** Until it is dismissed, unless given. */
  durationMs?: number | undefined;
}

/** What a page can hear of the chat. */
export interface BatonEvents {
  open: undefined;
  close: undefined;
  /** Said on this page, by the visitor too; not what a chat that was there before has said. `text` is empty where a file says it all. */
  message: { by: "visitor" | "assistant" | "agent"; name: string | null; text: string; at: string };
  phase: "automated" | "handoff_initiated" | "queued" | "live" | "failed" | "ended";
  unread: number;
  /** Whether the bridge has believed who the visitor is. */
  identity: boolean;
}

/**
 * `window.Baton`: the first chat that a script tag has put on the page. Before the script has loaded it is whatever array the page
 * has made of it, and `push` is all there is.
 */
export interface PageBaton extends Baton {
  /** A call by its name, `["open"]`, or something to do once the script is there. */
  push(early: EarlyCall): void;
  /** Puts another site's chat beside this one; the same site's chat is given again. */
  mount(options: Partial<Options> & { site: string }): Baton;
}

export type EarlyCall = { [Name in keyof Baton]: [Name, ...Parameters<Baton[Name]>] }[keyof Baton] | ((baton: PageBaton) => void);

/** `<baton-chat>`. While it is on a page it has its chat. */
export interface BatonElement extends HTMLElement {
  baton?: Baton;
}
