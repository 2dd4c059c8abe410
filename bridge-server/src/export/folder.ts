import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { codeOf } from "../files/error-code.ts";
import { newId } from "../random.ts";
import { ExportUnavailable, type ExportTarget } from "./export.ts";

/** An export in a folder of this machine, or of one that several machines share. What is being written begins with a dot. */
export function exportFolder(root: string): ExportTarget {
  return {
    async add(name, path) {
      try {
        await beside(path, (whole) => link(whole, join(root, name))); // unlike `rename`, it leaves alone what has the name already
        return "added";
      } catch (error) {
        if (codeOf(error) === "EEXIST") return "was_there";
        throw unavailable("written", error);
      }
    },
    async replace(name, path) {
      try {
        await beside(path, (whole) => rename(whole, join(root, name)));
      } catch (error) {
        throw unavailable("written", error);
      }
    },
    async read(name) {
      try {
        const file = await open(join(root, name), "r");
        return createReadStream("", { fd: file }) as Readable;
      } catch (error) {
        if (codeOf(error) === "ENOENT") return null;
        throw unavailable("read", error);
      }
    },
    async names() {
      try {
        return (await readdir(root)).filter((name) => !name.startsWith("."));
      } catch (error) {
        if (codeOf(error) === "ENOENT") return [];
        throw unavailable("read", error);
      }
    },
  };

  /** Copies a file into the folder, flushed, lets it be given its name, and leaves nothing beside. */
  async function beside(path: string, name: (whole: string) => Promise<void>): Promise<void> {
    await mkdir(root, { recursive: true });
    const whole = join(root, `.${newId()}`);
    try {
      await copyFile(path, whole);
      const file = await open(whole, "r+");
      await file.sync().finally(() => file.close());
      await name(whole);
    } finally {
      await rm(whole, { force: true });
    }
  }
}

const unavailable = (what: string, error: unknown) =>
  new ExportUnavailable(`the export's folder cannot be ${what}: ${codeOf(error)}`, { cause: error });
