import type { Speakers } from "./facts.ts";
import { saidWords } from "./file-words.ts";
import type { EntryBody } from "./records.ts";

const ENGLISH: Speakers = { visitor: "You", assistant: "Assistant", agent: "Agent" };

/** What was said, for reading: one paragraph a line, oldest first. A person goes by their own name where they have one. */
export function transcriptText(entries: { at: string; body: EntryBody }[], speakers = ENGLISH): string {
  const lines = entries.flatMap(({ at, body }) => {
    if (body.type !== "said") return [];
    const speaker = body.name ?? speakers[body.by];
    return [`${at.slice(0, 16).replace("T", " ")} UTC  ${speaker}:\n${saidWords(body)}\n`];
  });
  return lines.join("\n");
}
