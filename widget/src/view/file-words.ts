import type { FileLimits } from "../conversation/file-limits.ts";
import type { Language, Say } from "../words/language.ts";

/** A size as its language writes it: "24 kB", "10 MB". */
export function sizeWords(bytes: number, { locale }: Language): string {
  const [unit, value] = bytes < 1_000_000 ? ["kilobyte", Math.ceil(bytes / 1_000)] : ["megabyte", bytes / 1_000_000];
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** A type as people call it: "PNG", "PDF". */
export function kindWords(type: string): string {
  return type === "text/plain" ? "TXT" : (type.split("/")[1] ?? "").toUpperCase();
}

/** The kinds that are taken, in a row. */
export function kindsWords({ types }: FileLimits, { locale }: Language): string {
  return new Intl.ListFormat(locale.value).format(types.map(kindWords));
}

/** What may be sent, before anything is. */
export function limitsWords(limits: FileLimits, say: Say, language: Language): string {
  return say("fileLimits", { kinds: kindsWords(limits, language), size: sizeWords(limits.maxBytes, language) });
}
