import type { SaidFile } from "../conversation/facts.ts";
import { fileWords } from "../conversation/file-words.ts";
import type { Job } from "../store/store.ts";
import type { Outside } from "./task.ts";

/** How long a file can be opened by its link, from when somebody was to be told. */
const LINK_LASTS_MS = 7 * 24 * 60 * 60_000;

/** A line's file for where only words can stand: what it is, and the link that opens it. At every try of a job they are the same. */
export async function fileLink(file: SaidFile, line: string, job: Job, outside: Outside): Promise<{ words: string; url: string | null }> {
  const until = new Date(Date.parse(job.since) + LINK_LASTS_MS);
  const url = file.state === "kept" ? await outside.files.linkTo(job.key, line, until) : null;
  return { words: [fileWords(file), url ?? "The file is not there."].join("\n"), url };
}
