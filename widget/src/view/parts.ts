import type { Phase } from "@baton/bridge-server/protocol";
import type { ComponentType } from "preact";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { Notice, ShownLine, Story } from "../conversation/story.ts";
import type { Say } from "../words/language.ts";
import type { Shared } from "./props.ts";
import type { renderText } from "./text.ts";

/** What a visitor does not need in order to write the first message. Loaded once the panel is up. */
export interface LaterParts {
  /** The site's words, before the first message and behind the last. */
  Welcome: ComponentType<Shared>;
  Suggestions: ComponentType<Shared>;
  Picture: ComponentType<Shared & { path: string; of: "logo" | "avatar" }>;
  /** What came with a line beside its words. */
  Extras: ComponentType<Shared & { line: ShownLine; isLast: boolean }>;
  /** Under a line that did not go well. */
  Problem: ComponentType<Shared & { of: OutboxLine }>;
  Lost: ComponentType<Shared & { line: ShownLine; isLast: boolean }>;
  /** The words of a line, with what is meant by marks and tags. */
  renderText: typeof renderText;
  noticeText(notice: Notice, say: Say): string;
  /** Where the chat is, in sentences. */
  whereItIs(story: Story, phase: Phase, say: Say): string[];
}

/** What many visitors never see. Loaded when one of them is needed, or when there is nothing better to do. */
export interface FormsParts {
  /** In the composer's place: ended, failed, over. */
  Sheet: ComponentType<Shared>;
  /** Whether the chat shall really end. */
  Ending: ComponentType<Shared>;
}
