import { hash } from "node:crypto";
import type { Channel, Doubt, Thread } from "../channels/channel.ts";
import type { LinkedFile, RemoteFile } from "../connectors/connector.ts";
import type { EntryBody } from "../conversation/records.ts";
import type { ConversationKey, Job } from "../store/store.ts";
import { keepFetched } from "./fetched-file.ts";
import { fileLink } from "./file-link.ts";
import { during, type Outside } from "./task.ts";

/** One message on its way out, whose place among the others of its job is always the same. */
export type Page = (thread: Thread, doubt: Doubt | null) => Promise<{ ref: string }>;

export const textPages = (text: string, channel: Channel): Page[] =>
  channel.pages(text).map((page) => (thread, doubt) => channel.send(thread, page, doubt));

/** What was said with its file as a message of its own, where the platform takes it, and elsewhere in words with its link. */
export async function withFile(
  entry: EntryBody,
  channel: Channel,
  job: Job,
  outside: Outside,
): Promise<{ said: EntryBody[]; files: Page[] }> {
  if (entry.type !== "said" || !entry.file) return { said: [entry], files: [] };
  const { words, url } = await fileLink(entry.file, entry.id, job, outside);
  if (entry.file.state === "kept" && url !== null) {
    const { name, type, size } = entry.file;
    const file: LinkedFile = { name, type, size, url };
    if (channel.takesFile(file)) return { said: [entry], files: [(thread, doubt) => channel.sendFile(thread, file, doubt)] };
  }
  return { said: [entry, { type: "said", id: entry.id, by: entry.by, text: words, format: "plain" }], files: [] };
}

/** Tells whoever is there of the files of one message, each as a line of its own. Nobody there: then they are not even fetched. */
export async function takeFiles(
  message: { id: string; files: RemoteFile[] },
  key: ConversationKey,
  { name, channel }: { name: string; channel: Channel },
  job: Job,
  outside: Outside,
): Promise<"taken" | "not_taken" | "nobody_there"> {
  const { bridge, files } = outside;
  const told = new Set((await bridge.entriesAfter(key, 0)).map(({ body }) => (body.type === "said" ? body.id : null)));
  let isAnyLost = false;
  for (const [n, remote] of message.files.entries()) {
    const line = lineOf(message.id, n);
    if (told.has(line)) continue; // before somebody broke off
    if ((await bridge.read(key))?.lifecycle.phase !== "live") return "nobody_there"; // before it is fetched in vain; `decide` has the last word
    const fetch = (maxBytes: number) => channel.fetchFile(remote, maxBytes);
    const file = await keepFetched({ key, line, name: remote.name, from: { channel: name }, fetch }, job, outside);
    if (file === null) {
      isAnyLost = true;
      continue;
    }
    const { entries, repeats } = await bridge.happened(
      key,
      `line:${line}`,
      { type: "visitor_said", id: line, text: "", file },
      during(job),
    );
    if (entries.length > 0 || repeats) continue;
    await files.drop(key, line); // the person went while it came
    return "nobody_there";
  }
  return isAnyLost ? "not_taken" : "taken";
}

/** A UUID's shape, as desks know such names. */
function lineOf(message: string, n: number): string {
  return hash("sha256", `${message} file ${n}`, "hex").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}
