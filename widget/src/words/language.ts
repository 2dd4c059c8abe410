import { computed, signal } from "@preact/signals-core";
import { english } from "./english.ts";
import { languages } from "./languages.ts";
import type { Template } from "./template.ts";
import type { WordName } from "./translation.ts";

/** A language as it is shipped: the sentences of each part, in the order of the English ones, because their names would weigh as much again. */
export type WordLists = Template[][];

/** Sentences that a site has put in the place of ours, by language, or under `*` in all. */
export type OwnWords = Record<string, { [name in WordName]?: Template }>;

export type Say = (name: WordName, values?: Record<string, string | number>) => string;

export type Language = ReturnType<typeof createLanguage>;

/** What the visitor reads, and times as their language writes them: English until another has been loaded. Whoever draws with it is drawn again then. */
export function createLanguage(load: (code: string, attempt: number) => Promise<WordLists>) {
  const parts = signal<Record<string, Template>[]>([english, {}, {}]); // whichever of the two comes first
  const own = signal<OwnWords>({});
  const spoken = signal({ locale: "en", lists: [] as WordLists });
  const locale = computed(() => spoken.value.locale);
  const words = computed(() => {
    const all: Record<string, Template> = {};
    for (const [part, sentences] of parts.value.entries()) {
      for (const [at, name] of Object.keys(sentences).entries()) all[name] = spoken.value.lists[part]?.[at] ?? sentences[name] ?? "";
    }
    return Object.assign(all, own.value["*"], own.value[codeOf(locale.value)], own.value[locale.value]);
  });
  const plurals = computed(() => new Intl.PluralRules(locale.value));
  const times = computed(() => new Intl.DateTimeFormat(locale.value, { hour: "numeric", minute: "2-digit" }));
  let asked = "en";
  let attempts = 0;

  return {
    locale,
    isFromRight: computed(() => /^(ar|he)\b/.test(locale.value)),
    say,
    time: (at: string) => times.value.format(new Date(at)),
    /** Goes on in the first of these that is spoken, once it is there; as before, if none is or it cannot be had. */
    async speak(...wanted: string[]): Promise<void> {
      const next = wanted.find((one) => codeOf(one) === "en" || languages.includes(codeOf(one)));
      if (!next || next === asked) return;
      asked = next;
      try {
        const lists = codeOf(next) === "en" ? [] : await load(codeOf(next), attempts++);
        if (asked === next) spoken.value = { locale: next, lists };
      } catch {
        asked = locale.value; // so that it can be asked for again
      }
    },
    /** The English of a part that was loaded later. */
    learn(part: number, sentences: Record<string, Template>): void {
      parts.value = Object.assign([...parts.value], { [part]: sentences });
    },
    putInPlace(words: OwnWords): void {
      own.value = words;
    },
  };

  function say(name: WordName, values: Record<string, string | number> = {}): string {
    const template = words.value[name] ?? "";
    const sentence =
      typeof template === "string" ? template : (template[plurals.value.select(Number(values["count"]))] ?? template.other ?? "");
    return sentence.replace(/\{(\w+)\}/g, (_, placeholder: string) => {
      const value = values[placeholder] ?? "";
      // Isolated, so that a name which runs the other way does not turn the sentence around (T4).
      return typeof value === "number"
        ? value.toLocaleString(locale.value)
        : /[\u0590-\u08ff]/.test(value + sentence)
          ? `\u2068${value}\u2069`
          : value;
    });
  }
}

function codeOf(locale: string): string {
  return locale.split("-")[0] ?? "";
}
