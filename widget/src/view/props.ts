import type { Conversation } from "../conversation/conversation.ts";
import type { Signal } from "../conversation/signal.ts";
import type { Words } from "../words.ts";

/** What every part of the view is given. */
export interface Shared {
  chat: Conversation;
  words: Words;
  locale: string;
  /** Whether the visitor is being asked if the chat shall end. */
  isEnding: Signal<boolean>;
  /** Gives the visitor back to the page. */
  close(): void;
}
