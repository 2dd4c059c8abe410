import css from "./forms.css?inline";
import { tellTyping } from "./conversation/typing.ts";
import { drawAttention } from "./view/attention.ts";
import { Asking } from "./view/Asking.tsx";
import { Consent } from "./view/Consent.tsx";
import { Face } from "./view/Face.tsx";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import { keepFocus } from "./view/keep-focus.ts";
import { offerCopy } from "./view/offer-copy.ts";
import type { FormsParts } from "./view/parts.ts";
import { OverEnd } from "./view/OverEnd.tsx";
import { Lost, Problem } from "./view/Problems.tsx";
import type { Shared } from "./view/props.ts";
import { Sheet } from "./view/Sheet.tsx";
import { stepBack } from "./view/step-back.ts";
import { whereItIs } from "./view/where-it-is.ts";
import { formsEnglish } from "./words/english-forms.ts";

// Built for itself, as later.tsx is.

/** The parts without their styles. */
export const formsParts: FormsParts = { Asking, Consent, Face, Lost, OverEnd, Problem, Sheet, whereItIs };

/** Brings what many visitors never see, styles and sentences included. */
export function start(panel: HTMLElement, shared: Shared, preact: GivenPreact): FormsParts {
  takePreact(preact);
  shared.language.learn(2, formsEnglish);
  shared.addStyles(css);
  keepFocus(shared, panel);
  stepBack(panel, shared);
  shared.asking.subscribe(() => (shared.mistakes.value = {})); // opened again, nothing is wrong in it yet
  drawAttention(shared);
  tellTyping(shared.chat, shared.clock);
  const log = panel.querySelector<HTMLElement>(".log");
  if (log) offerCopy(panel, log, shared);
  return formsParts;
}
