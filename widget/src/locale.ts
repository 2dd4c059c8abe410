/** The site owner's wish, else the page's language, else the browser's. BCP 47. */
export function localeOf(wanted: string | undefined): string {
  try {
    return String(new Intl.Locale(wanted || document.documentElement.lang || navigator.language));
  } catch {
    return "en"; // whatever stands there is no language
  }
}

/** A language as browsers write it (BCP 47), in a list that is empty where it is none. */
export function tagOf(wanted: string | undefined): string[] {
  try {
    return wanted ? [String(new Intl.Locale(wanted))] : [];
  } catch {
    return [];
  }
}
