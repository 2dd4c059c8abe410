import type { Notice } from "./conversation/story.ts";
import css from "./later.css?inline";
import { Ending } from "./view/Ending.tsx";
import { Extras } from "./view/Extras.tsx";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import type { LaterParts } from "./view/later.ts";
import type { Shared, SharedLater } from "./view/props.ts";
import { Lost, Problem } from "./view/Problems.tsx";
import { Sheet } from "./view/Sheet.tsx";
import { keepFocus } from "./view/keep-focus.ts";
import { renderText } from "./view/text.ts";
import { whereItIs } from "./view/where-it-is.ts";
import { laterWordsFor } from "./words-later.ts";

// Built for itself, so that it can be loaded again under another address after a failure: it imports nothing from the panel's file.
// It is given the panel's Preact, and what it must remember is kept by the panel.

/** Brings what a visitor does not need for the first messages, styles and sentences included. */
export function startLater(root: ShadowRoot, locale: string, preact: GivenPreact): LaterParts {
  takePreact(preact);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  const panel = root.querySelector<HTMLElement>(".panel");
  if (panel) keepFocus(root, panel);
  return laterParts(locale);
}

/** The parts without their styles. */
export function laterParts(locale: string): LaterParts {
  const words = laterWordsFor(locale);
  const withWords = (shared: Shared): SharedLater => ({ ...shared, words: { ...shared.words, ...words } });
  return {
    Sheet: (shared) => <Sheet {...withWords(shared)} />,
    Ending: (shared) => <Ending {...withWords(shared)} />,
    Problem: ({ of, ...shared }) => <Problem of={of} {...withWords(shared)} />,
    Lost: ({ line, isLast, ...shared }) => <Lost line={line} isLast={isLast} {...withWords(shared)} />,
    renderText,
    whereItIs: (story, phase) => whereItIs(story, phase, words),
    noticeText: (notice) => (words.notices[notice.type] as (notice: Notice) => string)(notice), // the sentence under this type takes this notice
    Extras: ({ line, isLast, ...shared }) => <Extras line={line} isLast={isLast} {...withWords(shared)} />,
  };
}
