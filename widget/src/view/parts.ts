import type { Phase } from "@baton/bridge-server/protocol";
import type { ComponentType } from "preact";
import type { Refused } from "../conversation/line-state.ts";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { Notice, ShownLine, Story } from "../conversation/story.ts";
import type { Say } from "../words/language.ts";
import type { before } from "./before.tsx";
import type { Shared } from "./props.ts";
import type { plainText } from "./plain-text.ts";
import type { renderBubble, renderText } from "./text.ts";

/** What a visitor does not need in order to write the first message. Loaded once the panel is up. */
export interface LaterParts {
  /** The site's words, before the first message and behind the last. */
  Welcome: ComponentType<Shared>;
  Suggestions: ComponentType<Shared>;
  /** Under all that is said. */
  AskForPerson: ComponentType<Shared>;
  /** Behind all else. */
  Typing: ComponentType<Shared>;
  Picture: ComponentType<Shared & { path: string; of: "logo" | "avatar" }>;
  /** Of who speaks, where there is one. */
  Avatar: ComponentType<Shared & { line: ShownLine }>;
  /** Under the words of a line: what came with them, and what did not go well. */
  Under: ComponentType<Shared & { line: ShownLine & { waiting?: OutboxLine }; isLast: boolean }>;
  /** Words with what is meant by marks and tags; and those of a line. */
  renderText: typeof renderText;
  renderBubble: typeof renderBubble;
  /** For where they cannot be drawn. */
  plainText: typeof plainText;
  /** What stands before a message, between it and the one before. */
  before: typeof before;
  noticeText(notice: Notice, say: Say): string;
}

/** What is needed once files can be sent. Loaded then, or when one is dropped or pasted, or was sent before. */
export interface FilesParts {
  /** In the composer. */
  Attach: ComponentType<Shared>;
  /** Of a line that came with a file. */
  SentFile: ComponentType<Shared & { line: ShownLine }>;
  /** Takes what was dropped or pasted, or says why not. */
  take(files: File[]): void;
}

/** What many visitors never see. Loaded when one of them is needed, or when there is nothing better to do. */
export interface FormsParts {
  /** In the composer's place: ended, failed, over. */
  Sheet: ComponentType<Shared>;
  /** Under the header: what `asking` names. */
  Asking: ComponentType<Shared>;
  /** What the visitor is to agree to before the chat begins. */
  Consent: ComponentType<Shared>;
  /** Of a person who speaks. */
  Face: ComponentType<Shared & { line: ShownLine; Picture: LaterParts["Picture"] }>;
  /** Under a line that the bridge has refused. */
  Problem: ComponentType<Shared & { of: OutboxLine; why: Refused }>;
  /** Under a line that the assistant will not answer. */
  Lost: ComponentType<Shared & { line: ShownLine; isLast: boolean }>;
  /** Over the end of the messages: the way back to it, and what copies one of them. */
  OverEnd: ComponentType<Shared>;
  /** Where the chat is, in sentences. */
  whereItIs(story: Story, phase: Phase, say: Say): string[];
}
