import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";

const types: Record<string, string> = { ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/**
 * Serves a folder as the bridge serves the widget: compressed beforehand with brotli, to any origin. Paths that begin as one of
 * `answers` does are a back end's, and answered with that; every other one with an empty object.
 */
export async function startStand(folder: string, answers: Record<string, unknown>) {
  const kept = new Map<string, Buffer>();
  const server = createServer(async (incoming, outgoing) => {
    const path = normalize(new URL(incoming.url ?? "/", "http://stand").pathname);
    const anybody = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-methods": "*" };
    const type = types[extname(path)];
    if (incoming.method === "OPTIONS") return void outgoing.writeHead(204, anybody).end();
    if (!type) {
      const [, answer = {}] = Object.entries(answers).find(([start]) => path.startsWith(start)) ?? [];
      return void outgoing.writeHead(200, { ...anybody, "content-type": "application/json" }).end(JSON.stringify(answer));
    }
    const body = kept.get(path) ?? (await readFile(join(folder, path)).then(brotliCompressSync, () => null));
    if (!body) return void outgoing.writeHead(404, anybody).end();
    kept.set(path, body);
    outgoing.writeHead(200, { ...anybody, "content-type": `${type}; charset=utf-8`, "content-encoding": "br" }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number }; // TCP: an object with a port
  return {
    url: `http://localhost:${port}`,
    stop: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  };
}
