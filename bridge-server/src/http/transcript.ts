import { saidWords } from "../conversation/file-words.ts";
import type { EntryBody } from "../conversation/records.ts";
import type { Entry } from "../store/store.ts";

const SPEAKER = { visitor: "You", assistant: "Assistant", agent: "Agent" };

/** What was said, for reading: one paragraph a line, oldest first. */
export function transcriptText(entries: Entry<EntryBody>[]): string {
  const lines = entries.flatMap(({ at, body }) => {
    if (body.type !== "said") return [];
    const speaker = body.name ?? SPEAKER[body.by];
    return [`${at.slice(0, 16).replace("T", " ")} UTC  ${speaker}:\n${saidWords(body)}\n`];
  });
  return lines.join("\n");
}
