import type { english } from "./english.ts";
import type { filesEnglish } from "./english-files.ts";
import type { formsEnglish } from "./english-forms.ts";
import type { laterEnglish } from "./english-later.ts";
import type { Template } from "./template.ts";

/** The name of a sentence, by which a site can put its own in its place. */
export type WordName = keyof typeof english | keyof typeof laterEnglish | keyof typeof formsEnglish | keyof typeof filesEnglish;

/** A whole language: one that lacks a sentence does not compile. */
export type Translation = Record<WordName, Template>;
