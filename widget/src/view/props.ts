import type { Signal } from "@preact/signals-core";
import type { Conversation } from "../conversation/conversation.ts";
import type { LookHere } from "../look/look.ts";
import type { Language, Say } from "../words/language.ts";
import type { FormsParts, LaterParts } from "./parts.ts";
import type { Part } from "./part.ts";

/** What every part of the view is given. */
export interface Shared {
  chat: Conversation;
  /** What the bridge says this page shows. */
  look: Signal<LookHere>;
  /** A file of the bridge's, by its path. */
  file(path: string): Promise<Response>;
  say: Say;
  language: Language;
  /** Whether the visitor is being asked if the chat shall end. */
  isEnding: Signal<boolean>;
  /** What is wrong with the fields of the form, by their names. */
  mistakes: Signal<Record<string, string>>;
  later: Part<LaterParts>;
  forms: Part<FormsParts>;
  /** Gives the visitor back to the page. `null` where the chat is all there is. */
  close: (() => void) | null;
}
