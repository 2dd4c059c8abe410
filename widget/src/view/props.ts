import type { Signal } from "@preact/signals-core";
import type { Session } from "../connection/connection.ts";
import type { Clock } from "../connection/clock.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Memory } from "../conversation/memory.ts";
import type { LookHere } from "../look/look.ts";
import type { Frame, Shell } from "../shell.ts";
import type { Language, Say } from "../words/language.ts";
import type { FilesParts, FormsParts, LaterParts } from "./parts.ts";
import type { Part } from "./part.ts";

/** What every part of the view is given. */
export interface Shared
  extends Pick<Shell, "root" | "button" | "bridge" | "fetch" | "close" | "emit">, Pick<Frame, "addStyles" | "until" | "focus"> {
  chat: Conversation;
  /** What the bridge says this page shows. */
  look: Signal<LookHere>;
  /** The chat that the visitor had before this page. */
  found: Session | null;
  say: Say;
  language: Language;
  /** What has been opened under the header: whether the chat shall end, all else, where what was said shall be sent, or whether it shall be deleted. */
  asking: Signal<"end" | "more" | "mail" | { mailedTo: string } | "erase" | null>;
  /** The first entry that came while the visitor did not look. */
  newFrom: Signal<number | null>;
  /** The last entry there was when the visitor scrolled up; `null` at the end. */
  scrolledUpFrom: Signal<number | null>;
  /** How the visitor wants to be told of what is new: words of `sound` and `notices`. */
  habits: Signal<string>;
  memory: Memory;
  clock: Clock;
  /** What is wrong with the fields of the form, by their names. */
  mistakes: Signal<Record<string, string>>;
  later: Part<LaterParts>;
  forms: Part<FormsParts>;
  files: Part<FilesParts>;
  /** Sends the files that the visitor has picked; `null` while there are none. */
  sendFiles: Signal<(() => void) | null>;
}
