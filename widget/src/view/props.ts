import type { Signal } from "@preact/signals-core";
import type { Conversation } from "../conversation/conversation.ts";
import type { Words } from "../words.ts";
import type { LaterWords } from "../words-later.ts";
import type { Later } from "./later.ts";

/** What every part of the view is given. */
export interface Shared {
  chat: Conversation;
  words: Words;
  locale: string;
  /** Whether the visitor is being asked if the chat shall end. */
  isEnding: Signal<boolean>;
  /** What is wrong with the fields of the form, by their names. */
  mistakes: Signal<Record<string, string>>;
  later: Later;
  /** Gives the visitor back to the page. `null` where the chat is all there is. */
  close: (() => void) | null;
}

/** What the parts that are loaded later are given. */
export interface SharedLater extends Shared {
  words: Words & LaterWords;
}
