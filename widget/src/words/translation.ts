import type { english } from "./english.ts";
import type { filesEnglish } from "./english-files.ts";
import type { formsEnglish } from "./english-forms.ts";
import type { laterEnglish } from "./english-later.ts";
import type { launcherEnglish } from "./english-launcher.ts";
import type { Template } from "./template.ts";

/** The name of a sentence, by which a site can put its own in its place. */
export type WordName = keyof (typeof english & typeof laterEnglish & typeof formsEnglish & typeof filesEnglish & typeof launcherEnglish);

/** A whole language: one that lacks a sentence does not compile. */
export type Translation = Record<WordName, Template>;
