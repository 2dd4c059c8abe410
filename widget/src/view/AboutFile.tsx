import type { Language } from "../words/language.ts";
import { kindWords, sizeWords } from "./file-words.ts";

/** What a file is and how large, one after the other as the visitor's language runs: "PDF" would take the number along with it. */
export function AboutFile({ type, size, language }: { type: string; size: number; language: Language }) {
  const kind = kindWords(type);
  return (
    <>
      {kind && <bdi>{kind}</bdi>}
      {kind && " · "}
      {sizeWords(size, language)}
    </>
  );
}
