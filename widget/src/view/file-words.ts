import type { FileLimits } from "../conversation/file-limits.ts";
import type { Language } from "../words/language.ts";

/** A size as its language writes it: "24 kB", "10 MB". */
export function sizeWords(bytes: number, { locale }: Language): string {
  const [unit, value] = bytes < 1_000_000 ? ["kilobyte", Math.ceil(bytes / 1_000)] : ["megabyte", bytes / 1_000_000];
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** A type as people call it: "PNG", "PDF". */
export function kindWords(type: string): string {
  return type === "text/plain" ? "TXT" : (type.split("/")[1] ?? "").toUpperCase();
}

/** What is taken, for the sentences that tell it. */
export function limitsIn({ types, maxBytes }: FileLimits, language: Language): { kinds: string; size: string } {
  const kinds = new Intl.ListFormat(language.locale.value).format(types.map(kindWords));
  return { kinds, size: sizeWords(maxBytes, language) };
}
