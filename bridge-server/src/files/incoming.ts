import { mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { newId } from "../random.ts";
import type { FileHead } from "./files.ts";

/** Whatever is still coming in after so long comes from a bridge that is no more. */
const GIVEN_UP_AFTER_MS = 60 * 60_000;
const TIDY_EVERY_MS = 60 * 60_000;

/** A head is one line of JSON: a name of a hundred characters, escaped, and little else. */
export const MOST_HEAD_BYTES = 4_096;

export type Incoming = ReturnType<typeof createIncoming>;

/** Where files are while they come: written down whole, head first, so that nobody ever finds half of one where they are kept. */
export function createIncoming(root: string) {
  const folder = join(root, "incoming");

  return {
    /** Writes a file down, flushed, and lets it be taken from there. Whatever happens, it is gone from there afterwards. */
    async hold<T>(head: FileHead, bytes: AsyncIterable<Uint8Array>, take: (path: string) => Promise<T>): Promise<T> {
      const path = join(folder, newId());
      try {
        await mkdir(folder, { recursive: true });
        await write(path, head, bytes);
        return await take(path);
      } finally {
        await unlink(path).catch(() => {}); // it never came to be, or `keepTidy` will find it
      }
    },

    /** Takes away what a bridge has left half-written when it died: now, and every hour until what is returned is called. */
    keepTidy(clock: Clock): () => void {
      let cancel = () => {};
      round();
      return () => cancel();

      function round(): void {
        void tidy(clock.now());
        cancel = clock.after(TIDY_EVERY_MS, round);
      }
    },
  };

  async function tidy(now: Date): Promise<void> {
    const left = await readdir(folder).catch(() => []); // there is nothing yet
    for (const name of left) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null); // whoever wrote it has just finished
      if (found && now.getTime() - found.mtimeMs > GIVEN_UP_AFTER_MS) await unlink(path).catch(() => {}); // the next round finds it again
    }
  }
}

/** The head that a file begins with, and how long it is. */
export function headIn(begun: Buffer): { head: FileHead; length: number } {
  const end = begun.indexOf("\n");
  return { head: JSON.parse(begun.toString("utf8", 0, end)) as FileHead, length: end + 1 }; // written below
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
