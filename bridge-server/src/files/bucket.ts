import { openAsBlob } from "node:fs";
import { Readable } from "node:stream";
import { S3mini, S3ServiceError } from "s3mini";
import { Agent, fetch } from "undici";
import type { Secret } from "../secret.ts";
import { FileRefused, FilesUnavailable } from "./file-errors.ts";
import type { FileStore, Place } from "./files.ts";
import { headIn, MOST_HEAD_BYTES, type Incoming } from "./incoming.ts";

/** Where the bucket is, and who may write there. `address` ends with the bucket's name. */
export interface BucketSettings {
  address: string;
  region: string;
  accessKeyId: Secret;
  secretAccessKey: Secret;
}

/** A storage that is not there is told so soon; one that is slow has the time that a large file takes. */
const LIMITS = { connect: { timeout: 5_000 }, headersTimeout: 60_000, bodyTimeout: 30_000 };

/**
 * Files in a bucket of any storage that speaks S3, which bridges share without sharing a folder. Each is one object that is the same as
 * its file in a folder would be, so one can be copied into the other.
 */
export function createBucket(settings: BucketSettings, incoming: Incoming): FileStore {
  const bucket = openBucket(settings);
  const keyOf = ({ folder, name }: Place) => `${folder}/${name}`;

  return {
    put: (place, head, bytes) =>
      failing("written", () =>
        incoming.hold(head, bytes, async (path): Promise<"put" | "was_there"> => {
          if (await bucket.objectExists(keyOf(place))) return "was_there";
          try {
            await bucket.putObject(keyOf(place), await openAsBlob(path), "application/octet-stream", undefined, {
              "if-none-match": "*", // where the storage knows it, of two that come at once the first stays
            } as Record<never, string>); // the library's type knows Amazon's own headers only
            return "put";
          } catch (error) {
            if (statusOf(error) === 412 || statusOf(error) === 409) return "was_there";
            throw error;
          }
        }),
      ),
    get: (place) =>
      failing("read", async () => {
        try {
          const first = await bucket.getObjectRaw(keyOf(place), false, 0, MOST_HEAD_BYTES);
          const { head, length } = headIn(Buffer.from(await first.arrayBuffer()));
          const size = Number(/\/(\d+)$/.exec(first.headers.get("content-range") ?? "")?.[1] ?? first.headers.get("content-length"));
          return { head, size: size - length, read: () => Readable.from(contentOf(place, length), { objectMode: false }) };
        } catch (error) {
          if (statusOf(error) === 404) return null;
          throw error;
        }
      }),
    remove: (place) => failing("removed", () => removeObject(keyOf(place))),
    removeFolder: (folder) =>
      failing("removed", async () => {
        for (const { Key } of (await bucket.listObjects("/", `${folder}/`)) ?? []) await removeObject(Key);
      }),
  };

  async function removeObject(key: string): Promise<void> {
    if (!(await bucket.deleteObject(key))) throw new Error("it is still there");
  }

  async function* contentOf(place: Place, from: number): AsyncGenerator<Uint8Array> {
    const { body } = await bucket.getObjectRaw(keyOf(place), false, from);
    if (body) yield* body;
  }
}

/** The storage itself, for whoever keeps something else there. */
export function openBucket({ address, region, accessKeyId, secretAccessKey }: BucketSettings): S3mini {
  const dispatcher = new Agent(LIMITS);
  return new S3mini({
    endpoint: address,
    region,
    accessKeyId: accessKeyId.reveal(),
    secretAccessKey: secretAccessKey.reveal(),
    fetch: ((to: string, request: object) => fetch(to, { ...request, dispatcher })) as unknown as typeof globalThis.fetch, // undici's is the same under other types
  });
}

/** With what status the storage has refused, or `null`: it was not asked, or did not answer. */
export function statusOf(error: unknown): number | null {
  return error instanceof S3ServiceError ? error.status : null;
}

/** What cannot be done with the storage passes, or is for whoever runs the bridge: it is never the visitor's mistake. */
async function failing<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FilesUnavailable(`files cannot be ${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
