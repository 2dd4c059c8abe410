import { browserPageCache } from "./connection/page-cache.ts";
import { bearKeeping } from "./conversation/kept-page.ts";
import css from "./later.css?inline";
import { fitPhone } from "./view/fit-phone.ts";
import { AskForPerson } from "./view/AskForPerson.tsx";
import { Avatar } from "./view/Avatar.tsx";
import { before } from "./view/before.tsx";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import { followChat } from "./view/follow-chat.ts";
import { followEnd } from "./view/follow-end.ts";
import { noticeText } from "./view/notice-text.ts";
import type { LaterParts } from "./view/parts.ts";
import { Picture } from "./view/Picture.tsx";
import type { Shared } from "./view/props.ts";
import { renderBubble, renderText } from "./view/text.ts";
import { Typing } from "./view/Typing.tsx";
import { Under } from "./view/Under.tsx";
import { takeFiles } from "./view/take-files.ts";
import { Suggestions, Welcome } from "./view/Welcome.tsx";
import { laterEnglish } from "./words/english-later.ts";

// Built for itself, so that it can be loaded again under another address after a failure: it imports nothing from the panel's file.
// It is given the panel's Preact, and what it must remember is kept by the panel.

/** The parts without their styles. */
export const laterParts: LaterParts = {
  AskForPerson,
  Avatar,
  before,
  noticeText,
  Picture,
  renderBubble,
  renderText,
  Suggestions,
  Typing,
  Under,
  Welcome,
};

/** Brings what a visitor does not need for the first messages, styles and sentences included. */
export async function start(panel: HTMLElement, shared: Shared, preact: GivenPreact): Promise<LaterParts> {
  takePreact(preact);
  shared.language.learn(1, laterEnglish);
  shared.addStyles(css);
  fitPhone(panel);
  takeFiles(panel, shared);
  followChat(shared);
  bearKeeping(browserPageCache(panel), shared.memory, shared.chat);
  const log = panel.querySelector<HTMLElement>(".log");
  if (log) followEnd(log, shared.scrolledUpFrom, () => shared.chat.story.value.shown.at(-1)?.seq ?? 0);
  await readyTimes(shared);
  return laterParts;
}

/**
 * The first time of day that is written costs a slow machine as much as all messages together, so that it is written before them, and in
 * two tasks: half of it is that the browser reads which languages it has, which it does once, for whoever asks.
 */
async function readyTimes({ language, clock }: Shared): Promise<void> {
  Intl.Collator.supportedLocalesOf("en");
  await new Promise<void>((resolve) => clock.after(0, resolve));
  language.time("2000");
}
