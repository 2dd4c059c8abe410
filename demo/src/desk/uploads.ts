import { randomUUID } from "node:crypto";
import { Hono } from "hono";

/** What agents send, until the chat is erased or the desk stops: each under an address that nobody can guess, for the bridge to fetch. */
export function createUploads(origin: () => string) {
  const files = new Map<string, { chat: string; name: string; bytes: Uint8Array<ArrayBuffer> }>();
  return {
    keep(chat: string, name: string, bytes: Uint8Array<ArrayBuffer>): string {
      const id = randomUUID();
      files.set(id, { chat, name, bytes });
      return `${origin()}/desk/files/${id}`;
    },
    forget(chat: string): void {
      for (const [id, file] of files) if (file.chat === chat) files.delete(id);
    },
    routes: new Hono().get("/:id", (c) => {
      const file = files.get(c.req.param("id"));
      if (!file) return c.notFound();
      return c.body(file.bytes, 200, {
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        "x-content-type-options": "nosniff",
      });
    }),
  };
}

export type Uploads = ReturnType<typeof createUploads>;
