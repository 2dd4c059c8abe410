import css from "./later.css?inline";
import { Extras } from "./view/Extras.tsx";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import { keepFocus } from "./view/keep-focus.ts";
import { noticeText } from "./view/notice-text.ts";
import type { LaterParts } from "./view/parts.ts";
import { Picture } from "./view/Picture.tsx";
import { Lost, Problem } from "./view/Problems.tsx";
import { renderText } from "./view/text.ts";
import { Suggestions, Welcome } from "./view/Welcome.tsx";
import { whereItIs } from "./view/where-it-is.ts";
import { laterEnglish } from "./words/english-later.ts";
import type { Language } from "./words/language.ts";

// Built for itself, so that it can be loaded again under another address after a failure: it imports nothing from the panel's file.
// It is given the panel's Preact, and what it must remember is kept by the panel.

/** The parts without their styles. */
export const laterParts: LaterParts = { Welcome, Suggestions, Picture, Extras, Problem, Lost, renderText, noticeText, whereItIs };

/** Brings what a visitor does not need for the first messages, styles and sentences included. */
export function start(root: ShadowRoot, language: Language, preact: GivenPreact): LaterParts {
  takePreact(preact);
  language.learn(1, laterEnglish);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  const panel = root.querySelector<HTMLElement>(".panel");
  if (panel) keepFocus(root, panel);
  return laterParts;
}
