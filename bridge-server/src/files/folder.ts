import { createReadStream } from "node:fs";
import { link, mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./error-code.ts";
import { FileRefused, FilesUnavailable } from "./file-errors.ts";
import type { FileHead, FileStore, Place } from "./files.ts";
import { headIn, MOST_HEAD_BYTES, type Incoming } from "./incoming.ts";

/**
 * Files in a folder of this machine, or of one that several machines share: each is one file, whose first line is its head. It is
 * written beside, and then has its name at once.
 */
export function createFolder(root: string, incoming: Incoming): FileStore {
  const pathOf = ({ folder, name }: Place) => join(root, folder, name);

  return {
    async put(place, head, bytes) {
      try {
        return await incoming.hold(head, bytes, async (path): Promise<"put"> => {
          await mkdir(join(root, place.folder), { recursive: true });
          await link(path, pathOf(place)); // unlike `rename`, it leaves alone what has the name already
          return "put";
        });
      } catch (error) {
        if (codeOf(error) === "EEXIST") return "was_there";
        if (error instanceof FileRefused) throw error;
        throw new FilesUnavailable(`files cannot be written: ${codeOf(error)}`, { cause: error });
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
    remove: (place) => removed(pathOf(place)),
    removeFolder: (folder) => removed(join(root, folder)),
  };
}

async function removed(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw new FilesUnavailable(`files cannot be erased: ${codeOf(error)}`, { cause: error });
  }
}

async function headOf(path: string): Promise<{ head: FileHead; length: number }> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_HEAD_BYTES), 0, MOST_HEAD_BYTES, 0);
    return headIn(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
