import { beginningOf } from "../connectors/connector-brief.ts";
import type { Abilities, Line } from "../connectors/connector.ts";
import type { SaidFile } from "../conversation/facts.ts";
import type { HandoffId } from "../conversation/lifecycle.ts";
import type { Job } from "../store/store.ts";
import { fileLink } from "./file-link.ts";
import type { Outside } from "./task.ts";

/** Everything said before this handoff, as a desk takes it. What is said later follows on its own, so the two never overlap (I-11). */
export async function transcriptFor(handoff: HandoffId | null, abilities: Abilities, job: Job, outside: Outside): Promise<Line[]> {
  const entries = await outside.bridge.entriesAfter(job.key, 0);
  const end = entries.findIndex(({ body }) => handoff !== null && body.type === "phase_changed" && body.handoff === handoff);
  const lines = (end === -1 ? entries : entries.slice(0, end)).flatMap(({ at, body }) => {
    if (body.type !== "said") return [];
    const { id, by, name = null, text, file } = body;
    return [withFile({ id, by, name, text, at }, file, abilities, job, outside)];
  });
  return Promise.all(lines);
}

/**
 * A line with its file as a desk takes it: in words with a link that runs out, for every desk, and as a file beside them where its
 * platform takes files. At every try of a job it is the same.
 */
export async function withFile(line: Line, file: SaidFile | undefined, { files }: Abilities, job: Job, outside: Outside): Promise<Line> {
  if (!file) return line;
  const { words, url } = await fileLink(file, line.id, job, outside);
  const text = [line.text, words].filter(Boolean).join("\n");
  if (file.state === "lost" || url === null || !files) return { ...line, text };
  const { name, type, size } = file;
  return { ...line, text, file: { name, type, size, url } };
}

/** A text in parts of so many characters at most, of which some platforms count an emoji as two: whole words where there are any, and all of it. */
export function partsOf(text: string, longest: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > longest) {
    const most = beginningOf(rest, longest);
    const words = most.search(/\s\S*$/) + 1;
    const part = words > longest / 2 ? most.slice(0, words) : most;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts.length > 0 && rest.trim() === "" ? parts : [...parts, rest];
}
