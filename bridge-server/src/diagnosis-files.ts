import { join } from "node:path";
import { Readable } from "node:stream";
import type { Config } from "./config.ts";
import { bad, good, type Finding } from "./diagnosis.ts";
import { FilesUnavailable } from "./files/file-errors.ts";
import type { FileStore } from "./files/files.ts";
import { newId } from "./random.ts";

/**
 * Files lie in a folder, whatever the store is: a bridge that does not share it does not find what another one took. Where they lie in a
 * bucket, one is put there, read and removed.
 */
export async function checkFiles({ sites, store, data, fileStore }: Config, kept: FileStore): Promise<Finding[]> {
  const taking = Object.keys(sites).filter((name) => sites[name]?.files !== "off");
  if (taking.length === 0) return [];
  if (fileStore !== "folder") return [await checkBucket(taking.join(", "), fileStore.bucket.address, kept)];
  const says = `${taking.join(", ")}: files go into ${join(data, "files")}.`;
  if (store === "sqlite") return [good("Files", says)];
  const next =
    "With more than one bridge, name a bucket in `fileStore`, or let `data` be a folder that all of them share; with one, nothing.";
  return [{ about: "Files", state: "doubtful", says, next }];
}

async function checkBucket(sites: string, address: string, kept: FileStore): Promise<Finding> {
  const place = { folder: "doctor", name: newId() };
  try {
    await kept.put(place, { name: "doctor.txt", type: "text/plain", key: "" }, Readable.from([Buffer.from("a probe")]));
    const found = await kept.get(place);
    await kept.removeFolder(place.folder);
    if (found && !(await kept.get(place)))
      return good("Files", `${sites}: files go into ${address}, which can be written, read and erased.`);
    throw new FilesUnavailable("what is put there is not found, or is found when it was erased");
  } catch (error) {
    if (!(error instanceof FilesUnavailable)) throw error;
    return bad("Files", {
      says: `${address}: ${error.message}.`,
      next: "Look at `fileStore.bucket`. The address ends with the bucket; its key has to be allowed to list, read, write and delete objects.",
    });
  }
}
