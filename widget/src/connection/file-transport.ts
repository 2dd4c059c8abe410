import type { Clock } from "./clock.ts";
import type { Session } from "./connection.ts";
import { jsonIn, Refusal, refusalIn, refusalOf } from "./refusal.ts";

/** The way of files to the bridge and back. What is refused is thrown as a `Refusal`. */
export interface FileTransport {
  /** Once. The same id is the same file, so it can be repeated. `onSent` hears how many bytes have gone; aborted, it rejects. */
  send(session: Session, line: { id: string; file: File }, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void>;
  /** What came with the line of this id. */
  fetch(session: Session, id: string): Promise<Blob>;
}

/** So long without a byte, and the connection is taken for lost. */
const STALLED_AFTER_MS = 30_000;

const { XMLHttpRequest } = globalThis; // taken while this file loads: the page may replace its globals later

/** `bridge` is an origin. */
export function createFileTransport(bridge: string, fetch: typeof globalThis.fetch, clock: Clock): FileTransport {
  return {
    async send(session, { id, file }, onSent, signal) {
      await file
        .slice(0, 1)
        .arrayBuffer()
        .catch(() => Promise.reject(new Refusal("invalid"))); // a folder, or gone from the disk: no connection will help
      return post(addressOf(session, id), file, session.token, onSent, signal);
    },
    async fetch(session, id) {
      try {
        const response = await fetch(addressOf(session, id), {
          headers: { authorization: `Bearer ${session.token}` },
          cache: "no-store",
          credentials: "omit",
          redirect: "error",
          referrerPolicy: "no-referrer",
        });
        if (!response.ok) throw await refusalIn(response);
        return await response.blob();
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };

  function addressOf({ conversation }: Session, id: string): string {
    return `${bridge}/v1/conversations/${encodeURIComponent(conversation)}/files/${encodeURIComponent(id)}`;
  }

  /** By the old way, because `fetch` does not tell how much has gone. */
  async function post(to: string, file: File, token: string, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    let stopWaiting = clock.after(STALLED_AFTER_MS, abort);
    request.upload.addEventListener("progress", ({ loaded }) => {
      stopWaiting();
      stopWaiting = clock.after(STALLED_AFTER_MS, abort);
      onSent(loaded);
    });
    signal.addEventListener("abort", abort);
    const done = new Promise((resolve) => request.addEventListener("loadend", resolve));
    request.open("POST", to);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(file.name.toWellFormed())}`);
    request.send(file);
    await done;
    stopWaiting();
    signal.removeEventListener("abort", abort);
    if (request.status === 0) throw new Refusal("unreachable");
    const type = request.getResponseHeader("content-type") ?? "";
    const response = new Response(request.responseText || null, { status: request.status, headers: { "content-type": type } });
    if (!response.ok) throw await refusalIn(response);
    await jsonIn(response); // anything else is not the bridge's answer
  }
}
