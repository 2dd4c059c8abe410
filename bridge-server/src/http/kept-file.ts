import { createHash } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Context } from "hono";

/** A file that never changes while the bridge runs, kept compressed. Answers with what the browser takes, or that it has it already. */
export function keptFile(plain: Buffer, type: string): (c: Context) => Response {
  const bodies = { br: brotliCompressSync(plain), gzip: gzipSync(plain), "": plain };
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return (c) => {
    c.header("etag", etag);
    c.header("vary", "accept-encoding");
    if (c.req.header("if-none-match") === etag) return c.body(null, 304);
    const accepted = c.req.header("accept-encoding") ?? "";
    const encoding = accepted.includes("br") ? "br" : accepted.includes("gzip") ? "gzip" : "";
    if (encoding) c.header("content-encoding", encoding);
    c.header("content-type", `${type}; charset=utf-8`);
    return c.body(new Uint8Array(bodies[encoding]));
  };
}
