import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Phase } from "@baton/bridge-server/protocol";
import { type ComponentType, Fragment, h } from "preact";
import type { OutboxLine } from "../conversation/outbox.ts";
import type { Notice, ShownLine, Story } from "../conversation/story.ts";
import type { GivenPreact } from "./given-preact.ts";
import type { Shared } from "./props.ts";
import type { renderText } from "./text.ts";
import { watched } from "./watched.ts";

/** What a visitor does not need in order to write the first message. */
export interface LaterParts {
  /** In the composer's place: ended, failed, over. */
  Sheet: ComponentType<Shared>;
  /** Whether the chat shall really end. */
  Ending: ComponentType<Shared>;
  /** What came with a line beside its words. */
  Extras: ComponentType<Shared & { line: ShownLine; isLast: boolean }>;
  /** Under a line that did not go well. */
  Problem: ComponentType<Shared & { of: OutboxLine }>;
  Lost: ComponentType<Shared & { line: ShownLine; isLast: boolean }>;
  /** The words of a line, with what is meant by marks and tags. */
  renderText: typeof renderText;
  noticeText(notice: Notice): string;
  /** Where the chat is, in sentences. */
  whereItIs(story: Story, phase: Phase): string[];
}

/** The parts that are loaded by themselves, once the panel is up or when one of them is needed. */
export interface Later {
  readonly parts: ReadonlySignal<LaterParts | "coming" | "failed">;
  /** Loads them unless that has begun; again if it has failed. */
  load(): void;
}

/** `fetch` is told how often it has been tried before, and what the parts are to be drawn with. */
export function createLater(fetch: (attempt: number, preact: GivenPreact) => Promise<LaterParts>): Later {
  const parts = signal<LaterParts | "coming" | "failed">("coming");
  let attempts = 0;
  let isLoading = false;
  return {
    parts,
    load() {
      if (isLoading) return;
      isLoading = true;
      parts.value = "coming";
      void fetch(attempts++, { h, Fragment, watched })
        .catch(() => ((isLoading = false), "failed" as const)) // said by `NotLoaded`, with a way to try again
        .then((loaded) => (parts.value = loaded));
    },
  };
}
