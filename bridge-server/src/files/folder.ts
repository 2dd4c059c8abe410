import { createReadStream } from "node:fs";
import { link, mkdir, open, readdir, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../random.ts";
import { FileRefused, FilesUnavailable } from "./file-errors.ts";
import type { FileHead, FileStore, Place } from "./files.ts";

/** A head is one line of JSON: a name of a hundred characters, escaped, and little else. */
const MOST_HEAD_BYTES = 4_096;
/** Whatever is still coming in after so long comes from a bridge that is no more. */
const GIVEN_UP_AFTER_MS = 60 * 60_000;

/**
 * Files in a folder of this machine, or of one that several machines share: each is one file, whose first line is its head. It is
 * written beside, flushed, and then has its name at once, so nobody ever finds half of one.
 */
export function createFolder(root: string): FileStore & { tidy(now: Date): Promise<void> } {
  const incoming = join(root, "incoming");
  const pathOf = ({ folder, name }: Place) => join(root, folder, name);

  return {
    async put(place, head, bytes) {
      const path = pathOf(place);
      const coming = join(incoming, newId());
      try {
        await mkdir(incoming, { recursive: true });
        await write(coming, head, bytes);
        await mkdir(join(root, place.folder), { recursive: true });
        await link(coming, path); // unlike `rename`, it leaves alone what has the name already
        return "put";
      } catch (error) {
        if (codeOf(error) === "EEXIST") return "was_there";
        if (error instanceof FileRefused) throw error;
        throw new FilesUnavailable(`files cannot be written: ${codeOf(error)}`, { cause: error });
      } finally {
        await unlink(coming).catch(() => {}); // it never came to be, or `tidy` will find it
      }
    },
    async get(place) {
      const path = pathOf(place);
      try {
        const { head, length } = await headOf(path);
        const { size } = await stat(path);
        return { head, size: size - length, read: () => createReadStream(path, { start: length }) };
      } catch (error) {
        if (codeOf(error) === "ENOENT") return null;
        throw new FilesUnavailable(`files cannot be read: ${codeOf(error)}`, { cause: error });
      }
    },
    remove: (place) => rm(pathOf(place), { force: true }),
    removeFolder: (folder) => rm(join(root, folder), { recursive: true, force: true }),

    /** Takes away what a bridge has left half-written when it died. */
    async tidy(now) {
      const left = await readdir(incoming).catch(() => []); // there is nothing yet
      for (const name of left) {
        const path = join(incoming, name);
        const found = await stat(path).catch(() => null); // whoever wrote it has just finished
        if (found && now.getTime() - found.mtimeMs > GIVEN_UP_AFTER_MS) await rm(path, { force: true });
      }
    },
  };
}

async function write(path: string, head: FileHead, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.write(`${JSON.stringify(head)}\n`);
    for await (const chunk of bytes) await file.writeFile(chunk); // goes on where the last one ended
    await file.sync();
  } finally {
    await file.close();
  }
}

async function headOf(path: string): Promise<{ head: FileHead; length: number }> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_HEAD_BYTES), 0, MOST_HEAD_BYTES, 0);
    const end = buffer.subarray(0, bytesRead).indexOf("\n");
    return { head: JSON.parse(buffer.toString("utf8", 0, end)) as FileHead, length: end + 1 }; // written above
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
