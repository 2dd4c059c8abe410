import { english } from "./english.ts";
import { filesEnglish } from "./english-files.ts";
import { formsEnglish } from "./english-forms.ts";
import { laterEnglish } from "./english-later.ts";
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
  const file = (await import(`./languages/${code}.ts`)) as Record<string, Translation>; // each exports itself under its name
  const translation = file[code];
  if (!translation) throw new Error(`There is no language ${code}`);
  return listsOf(translation);
}
