import type { SaidFile } from "./facts.ts";

/** A file in words, for where only text can stand. */
export function fileWords({ name, size }: { name: string; size?: number }): string {
  return size === undefined ? name : `${name} (${sizeWords(size)})`;
}

/** What was said, with its file in words. */
export function saidWords({ text, file }: { text: string; file?: SaidFile }): string {
  return [text, file && fileWords(file)].filter(Boolean).join("\n");
}

function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
