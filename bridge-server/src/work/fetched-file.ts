import { CallError } from "../call.ts";
import type { KeptFile } from "../conversation/facts.ts";
import { FileRefused, FilesUnavailable } from "../files/file-errors.ts";
import type { ConversationKey, Job } from "../store/store.ts";
import { mayPass, type Outside } from "./task.ts";

/** Other platforms may have trouble with a file for as long; meanwhile what comes behind it waits. */
const FILE_WITHIN_MS = 20_000;

interface Wanted {
  key: ConversationKey;
  /** The id of the line that it comes with. */
  line: string;
  name: string;
  /** Whose it is, for the log. */
  from: { connector: string } | { channel: string };
  fetch(maxBytes: number): Promise<Uint8Array>;
}

/**
 * A file that lies on another platform, kept as visitors' own are. `null`: it cannot be taken, for a reason that the log tells. Rejects
 * with a `CallError` while another try may succeed.
 */
export async function keepFetched({ key, line, name, from, fetch }: Wanted, job: Job, outside: Outside): Promise<KeptFile | null> {
  const { files: rules } = outside.site(key.site);
  try {
    if (rules === "off") throw new FileRefused("wrong_kind", "this site takes no files");
    const { digest: _, ...kept } = await outside.files.keep(key, line, name, once(await fetch(rules.maxBytes)), rules);
    return { state: "kept", ...kept };
  } catch (error) {
    const isOld = outside.clock.now().getTime() - Date.parse(job.since) > FILE_WITHIN_MS;
    if (error instanceof CallError && mayPass(error) && !isOld) throw error;
    if (error instanceof FilesUnavailable && !isOld) throw new CallError("unreachable", error.message, { cause: error });
    if (!(error instanceof CallError || error instanceof FileRefused || error instanceof FilesUnavailable)) throw error;
    outside.log({ event: "file_not_taken", level: "warn", site: key.site, ...from, error: error.message });
    return null;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
