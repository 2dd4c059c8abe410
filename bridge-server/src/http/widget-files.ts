import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Hono, type Context } from "hono";
import { keptFile } from "./kept-file.ts";

const HASHED = /-[\w-]{8,}\.js$/;
const LAUNCHER = "baton.js";
/** Browsers run no script that comes as a 404, and show nothing of it either: whoever wrote the tag would see a page without a chat. */
const NO_SUCH_SITE = `console.error("Baton: the tag names a site that this bridge does not serve. Their names are the keys of \\"sites\\" in its configuration.")`;
const FIVE_MINUTES = "public, max-age=300";
const A_MINUTE = "public, max-age=60, stale-while-revalidate=240";

/**
 * The widget's files, read once and kept compressed. `baton.js` may change under its name, and so may `integrity.json`, which says what a
 * page can pin; the others never do. Files of an earlier version that lie in the folder are served as well.
 *
 * `baton.js?site=shop` begins with what that site's pages show, so that they need not ask for it; `&lang=de` says in which language,
 * which otherwise is the browser's. Nobody can pin that one.
 */
export function widgetFiles(folder: string, prefaceFor: (c: Context, site: string) => string | null) {
  const app = new Hono();
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.js(on)?$/.test(name)) : [];
  const launchers = new Map<string, ReturnType<typeof keptFile>>(); // as many as there are sites and languages
  for (const name of names) {
    const plain = readFileSync(join(folder, name));
    const answer = keptFile(plain, name.endsWith(".js") ? "text/javascript" : "application/json");
    app.get(`/${name}`, (c) => {
      const site = name === LAUNCHER ? c.req.query("site") : undefined;
      c.header("access-control-allow-origin", "*"); // so that a page may pin its hash
      c.header("cross-origin-resource-policy", "cross-origin");
      const preface = site === undefined ? "" : prefaceFor(c, site);
      if (preface === null) return c.body(NO_SUCH_SITE, 200, { "content-type": "text/javascript", "cache-control": "no-store" });
      const made = preface === "" ? answer : launcherOf(preface, plain);
      c.header("cache-control", HASHED.test(name) ? "public, max-age=31536000, immutable" : site === undefined ? FIVE_MINUTES : A_MINUTE);
      const response = made(c);
      if (site !== undefined) response.headers.append("vary", "accept-language");
      return response;
    });
  }
  return app;

  function launcherOf(preface: string, plain: Buffer): ReturnType<typeof keptFile> {
    const made = launchers.get(preface) ?? keptFile(Buffer.concat([Buffer.from(preface), plain]), "text/javascript");
    launchers.set(preface, made);
    return made;
  }
}
