import { english } from "./english.ts";
import { filesEnglish } from "./english-files.ts";
import { formsEnglish } from "./english-forms.ts";
import { laterEnglish } from "./english-later.ts";
import { launcherEnglish } from "./english-launcher.ts";
import { languages } from "./languages.ts";
import type { WordLists } from "./language.ts";
import type { Translation } from "./translation.ts";

/** The parts of the widget by the English of each, in the order of `WordLists`. */
export const parts = [english, laterEnglish, formsEnglish, filesEnglish];

export function listsOf(translation: Translation): WordLists {
  // A part's names are names of a translation, which the compiler forgets.
  return parts.map((sentences) => Object.keys(sentences).map((name) => translation[name as keyof Translation]));
}

/** A language for who builds the widget into a bundle of their own. */
export async function listsFromSource(code: string): Promise<WordLists> {
  return listsOf(await translationFromSource(code));
}

/** What the bridge has to know of the words: how each sentence is called, and what is said before the panel is there, by language. */
export async function spokenFromSource(): Promise<{ names: string[]; launcher: Record<string, Partial<Translation>> }> {
  const first = { openChat: laterEnglish.openChat, ...launcherEnglish };
  const launcher: Record<string, Partial<Translation>> = { en: first };
  for (const code of languages) {
    const translation = await translationFromSource(code);
    launcher[code] = Object.fromEntries(Object.keys(first).map((name) => [name, translation[name as keyof typeof first]]));
  }
  return { names: [...parts, launcherEnglish].flatMap((sentences) => Object.keys(sentences)), launcher };
}

async function translationFromSource(code: string): Promise<Translation> {
  const file = (await import(`./languages/${code}.ts`)) as Record<string, Translation>; // each exports itself under its name
  const translation = file[code];
  if (!translation) throw new Error(`There is no language ${code}`);
  return translation;
}
