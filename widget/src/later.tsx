import { browserPageCache } from "./connection/page-cache.ts";
import { bearKeeping } from "./conversation/kept-page.ts";
import css from "./later.css?inline";
import { laterParts } from "./later-parts.ts";
import { optionFaults } from "./options-faults.ts";
import { fitPhone } from "./view/fit-phone.ts";
import { type GivenPreact, takePreact } from "./view/given-preact.ts";
import { followChat } from "./view/follow-chat.ts";
import { followEnd } from "./view/follow-end.ts";
import type { LaterParts } from "./view/parts.ts";
import type { Shared } from "./view/props.ts";
import { takeFiles } from "./view/take-files.ts";
import { laterEnglish } from "./words/english-later.ts";

// Built for itself, so that it can be loaded again under another address after a failure: it imports nothing from the panel's file.
// It is given the panel's Preact, and what it must remember is kept by the panel.

/** Brings what a visitor does not need for the first messages, styles and sentences included. */
export async function start(panel: HTMLElement, shared: Shared, preact: GivenPreact): Promise<LaterParts> {
  const { language, clock, chat, memory, until, forms } = shared;
  const steps = [
    () => takePreact(preact),
    () => {
      language.learn(1, laterEnglish);
      shared.addStyles(css);
      fitPhone(panel);
      takeFiles(panel, shared);
      for (const type of ["pointerover", "keydown"]) panel.addEventListener(type, forms.load, { once: true });
    },
    () => {
      followChat(shared);
      for (const fault of optionFaults((panel.getRootNode() as ShadowRoot).host as HTMLElement)) console.warn(`Baton: ${fault}`); // for whoever has written the page
    },
    () => {
      bearKeeping(browserPageCache(panel), memory, chat);
      const log = panel.querySelector<HTMLElement>(".log");
      if (log) followEnd(log, shared.scrolledUpFrom, () => chat.story.value.shown.at(-1)?.seq ?? 0);
    },
    // The first time of day that is written costs a slow machine as much as all messages together. Most of it is that the browser reads what
    // it knows of the world, once, for whoever asks; these two make it read a third each.
    () => Intl.supportedValuesOf("numberingSystem"),
    () => Intl.supportedValuesOf("calendar"),
    () => language.time("2000"),
  ];
  for (const step of steps) {
    if (!until.aborted) step();
    await new Promise<void>((resolve) => void clock.after(0, resolve)); // each is a task of its own, as in the panel
  }
  return laterParts;
}
