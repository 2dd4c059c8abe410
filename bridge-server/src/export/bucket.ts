import { openAsBlob } from "node:fs";
import { Readable } from "node:stream";
import { openBucket, statusOf, type BucketSettings } from "../files/bucket.ts";
import { ExportUnavailable, type ExportTarget } from "./export.ts";

/** An export in a bucket of any storage that speaks S3, under names that begin with `prefix`. */
export function exportBucket(settings: BucketSettings, prefix: string): ExportTarget {
  const bucket = openBucket(settings);
  const TYPE = "application/x-ndjson";

  return {
    add: (name, path) =>
      failing("written", async () => {
        if (await bucket.objectExists(prefix + name)) return "was_there";
        try {
          await bucket.putObject(prefix + name, await openAsBlob(path), TYPE, undefined, ONLY_NEW);
          return "added";
        } catch (error) {
          if (statusOf(error) === 412 || statusOf(error) === 409) return "was_there";
          throw error;
        }
      }),
    replace: (name, path) =>
      failing("written", async () => {
        await bucket.putObject(prefix + name, await openAsBlob(path), TYPE);
      }),
    read: (name) =>
      failing("read", async () => {
        try {
          const { body } = await bucket.getObjectRaw(prefix + name);
          return body ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) : null; // the same under another type
        } catch (error) {
          if (statusOf(error) === 404) return null;
          throw error;
        }
      }),
    names: () => failing("read", async () => ((await bucket.listObjects("/", prefix)) ?? []).map(({ Key }) => Key.slice(prefix.length))),
  };
}

/** Where the storage knows it, of two that come at once the first stays. */
const ONLY_NEW = { "if-none-match": "*" } as Record<never, string>; // the library's type knows Amazon's own headers only

async function failing<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExportUnavailable(`the export's bucket cannot be ${what}: ${why}`, { cause: error });
  }
}
