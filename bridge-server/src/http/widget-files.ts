import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { keptFile } from "./kept-file.ts";

const HASHED = /-[\w-]{8,}\.js$/;

/**
 * The widget's files, read once and kept compressed. `baton.js` may change under its name, and so may `integrity.json`, which says what a
 * page can pin; the others never do. Files of an earlier version that lie in the folder are served as well.
 */
export function widgetFiles(folder: string) {
  const app = new Hono();
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.js(on)?$/.test(name)) : [];
  for (const name of names) {
    const answer = keptFile(readFileSync(join(folder, name)), name.endsWith(".js") ? "text/javascript" : "application/json");
    app.get(`/${name}`, (c) => {
      c.header("cache-control", HASHED.test(name) ? "public, max-age=31536000, immutable" : "public, max-age=300");
      c.header("access-control-allow-origin", "*"); // so that a page may pin its hash
      c.header("cross-origin-resource-policy", "cross-origin");
      return answer(c);
    });
  }
  return app;
}
