import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Hono } from "hono";

const HASHED = /-[\w-]{8,}\.js$/;

/**
 * The widget's files, read once and kept compressed. `baton.js` may change under its name, and so may `integrity.json`, which says what a
 * page can pin; the others never do. Files of an earlier version that lie in the folder are served as well.
 */
export function widgetFiles(folder: string) {
  const app = new Hono();
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.js(on)?$/.test(name)) : [];
  for (const name of names) {
    const plain = readFileSync(join(folder, name));
    const bodies = { br: brotliCompressSync(plain), gzip: gzipSync(plain), "": plain };
    const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
    app.get(`/${name}`, (c) => {
      c.header("etag", etag);
      c.header("vary", "accept-encoding");
      c.header("cache-control", HASHED.test(name) ? "public, max-age=31536000, immutable" : "public, max-age=300");
      c.header("access-control-allow-origin", "*"); // so that a page may pin its hash
      c.header("cross-origin-resource-policy", "cross-origin");
      if (c.req.header("if-none-match") === etag) return c.body(null, 304);
      const accepted = c.req.header("accept-encoding") ?? "";
      const encoding = accepted.includes("br") ? "br" : accepted.includes("gzip") ? "gzip" : "";
      if (encoding) c.header("content-encoding", encoding);
      c.header("content-type", `${name.endsWith(".js") ? "text/javascript" : "application/json"}; charset=utf-8`);
      return c.body(new Uint8Array(bodies[encoding]));
    });
  }
  return app;
}
