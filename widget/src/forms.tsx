import css from "./forms.css?inline";
import { Ending } from "./view/Ending.tsx";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import type { FormsParts } from "./view/parts.ts";
import { Sheet } from "./view/Sheet.tsx";
import { formsEnglish } from "./words/english-forms.ts";
import type { Language } from "./words/language.ts";

// Built for itself, as later.tsx is.

/** The parts without their styles. */
export const formsParts: FormsParts = { Sheet, Ending };

/** Brings what many visitors never see, styles and sentences included. */
export function start(root: ShadowRoot, language: Language, preact: GivenPreact): FormsParts {
  takePreact(preact);
  language.learn(2, formsEnglish);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  return formsParts;
}
