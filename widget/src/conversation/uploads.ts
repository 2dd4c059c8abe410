import { signal } from "@preact/signals-core";
import type { Clock } from "../connection/clock.ts";
import { createPatience } from "../connection/patience.ts";
import { refusalOf, type RefusalCode } from "../connection/refusal.ts";
import { randomId } from "./random.ts";

/** A file that the visitor has picked. Its id is made then, and is its line's: sent again, it is the same file. */
export interface Upload {
  id: string;
  file: File;
  state: UploadState;
}

/** `waiting` goes by itself once it can; `sent` is how many bytes have gone; `kept`: the bridge has it, and its entry is to come. */
export type UploadState = "picked" | "waiting" | "kept" | { sent: number } | { refused: RefusalCode };

/**
 * Keeps the files that the visitor has picked until they are entries; sends one at a time, in the order they were picked. They live in
 * this page only: a browser gives a file to the page that it was picked on. `send` throws a `Refusal`.
 */
export function createUploads(clock: Clock, send: (upload: Upload, onSent: (bytes: number) => void, signal: AbortSignal) => Promise<void>) {
  const all = signal<Upload[]>([]);
  const isStuck = signal(false);
  const patience = createPatience(clock);
  let underWay: { id: string; stop: AbortController } | null = null;

  return {
    all,
    /** Whether the last one did not get through, so that those which wait do so for the connection. */
    isStuck,
    pick(files: File[]): void {
      all.value = [...all.value, ...files.map((file): Upload => ({ id: randomId(), file, state: "picked" }))];
    },
    sendPicked(): void {
      for (const { id, state } of all.value) if (state === "picked") change(id, "waiting");
      void sendAll();
    },
    /** The visitor wishes it once more. */
    tryAgain(id: string): void {
      change(id, "waiting");
      hurry();
    },
    hurry,
    /** Its entry has come, or the visitor has taken it back. */
    remove(id: string): void {
      if (underWay?.id === id) underWay.stop.abort();
      all.value = all.value.filter((upload) => upload.id !== id);
    },
    /** Nothing is left that the next person could see. */
    forget(): void {
      underWay?.stop.abort();
      all.value = [];
    },
  };

  /** What waits goes now: the way to the bridge is back. */
  function hurry(): void {
    patience.succeeded();
    if (!patience.hurry()) void sendAll();
  }

  function change(id: string, state: UploadState): void {
    all.value = all.value.map((upload) => (upload.id === id ? { ...upload, state } : upload));
  }

  async function sendAll(): Promise<void> {
    if (underWay) return;
    for (let next = waiting(); next; next = waiting()) {
      underWay = { id: next.id, stop: new AbortController() };
      await sendOne(next, underWay.stop.signal);
      underWay = null;
    }
  }

  async function sendOne(upload: Upload, stopped: AbortSignal): Promise<void> {
    const { id } = upload;
    change(id, { sent: 0 });
    try {
      const onSent = (sent: number) => {
        isStuck.value = false;
        change(id, { sent });
      };
      await send(upload, onSent, stopped);
      patience.succeeded();
      isStuck.value = false;
      change(id, "kept");
    } catch (error) {
      if (stopped.aborted) return;
      const { code, retryAfterMs } = refusalOf(error);
      isStuck.value = code === "unreachable";
      const goesByItself = code === "unreachable" || code === "busy";
      change(id, goesByItself ? "waiting" : { refused: code });
      if (goesByItself) await patience.afterFailure(retryAfterMs);
    }
  }

  function waiting(): Upload | undefined {
    return all.value.find(({ state }) => state === "waiting");
  }
}
