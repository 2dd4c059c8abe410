import { createHash } from "node:crypto";
import { brotliCompressSync } from "node:zlib";
import { Hono, type Context } from "hono";
import { LookSetting, type LookConfig, type PictureFile } from "../config-look.ts";
import type { SiteConfig } from "../config.ts";
import type { Spoken } from "../config-words.ts";
import type { LauncherWords, Look } from "../protocol.ts";
import { Refusal } from "./problem.ts";
import { checkOrigin } from "./visitor.ts";

const A_MINUTE_THEN_WHILE_ASKING = "public, max-age=60, stale-while-revalidate=86400";
const NOTHING_SET = JSON.stringify(LookSetting.parse(undefined));
const FOR_EVER = "public, max-age=31536000, immutable";

export interface LookParts {
  sites: Record<string, SiteConfig>;
  spoken: Spoken | null;
}

/** What each site's pages show, made once; and its pictures, under names that change with what is in them. Public: it tells no secret. */
export function createLooks({ sites, spoken }: LookParts) {
  const app = new Hono();
  const pictures = new Map<string, PictureFile>();
  const looks = new Map(Object.entries(sites).flatMap(([name, site]) => looksOf(name, site)));

  app.get("/sites/:site/look", (c) => {
    const name = c.req.param("site");
    checkOrigin(c, siteOf(name));
    const look = looks.get(`${name} ${languageOf(c)}`);
    if (!look) return answer(c, { bytes: null, etag: '"nothing"', type: "", cache: A_MINUTE_THEN_WHILE_ASKING });
    return answer(c, { ...look, type: "application/json", cache: A_MINUTE_THEN_WHILE_ASKING });
  });

  app.get("/pictures/:name", (c) => {
    const picture = pictures.get(c.req.param("name"));
    if (!picture) throw new Refusal("not_found", "");
    c.header("access-control-allow-origin", "*");
    return answer(c, { ...picture, etag: `"${c.req.param("name")}"`, cache: FOR_EVER });
  });

  return {
    routes: app,
    /**
     * For the head of the launcher's script: its site, so that the tag need not say it again, and what that shows in the visitor's language,
     * so that the page need not ask. Both stand on the script's own element, by the getter itself: the page may have anything else
     * under `document.currentScript`. `null`: there is no such site.
     */
    prefaceFor(c: Context, name: string): string | null {
      if (!Object.hasOwn(sites, name)) return null;
      const language = languageOf(c);
      const look = looks.get(`${name} ${language}`)?.bytes.toString() ?? "{}";
      const own = "Reflect.get(Document.prototype,`currentScript`,document)";
      return `try{let e=${own};e.dataset.site??=${JSON.stringify(name)},e.look={${JSON.stringify(name + language)}:${look}}}catch{}`;
    },
  };

  function siteOf(name: string): SiteConfig {
    const site = Object.hasOwn(sites, name) ? sites[name] : null;
    if (!site) throw new Refusal("unknown_site", "the tag names a site that this bridge does not serve");
    return site;
  }

  /** What the launcher says in the visitor's language, as the widget chooses it; `en` where it is none of ours. */
  function languageOf(c: Context): string {
    const accepted = (c.req.header("accept-language") ?? "").split(",");
    const wanted = [c.req.query("lang") ?? "", ...accepted].map((one) => one.trim().split(/[-_;]/)[0]?.toLowerCase() ?? "");
    return wanted.find((code) => Object.hasOwn(spoken?.launcher ?? {}, code)) ?? "en";
  }

  function looksOf(name: string, site: SiteConfig): [string, { bytes: Buffer; etag: string }][] {
    const look = lookFor(site);
    return Object.keys(spoken?.launcher ?? { en: null }).flatMap((code) => {
      const says = saysIn(code, site);
      if (!look && !says) return [];
      const bytes = Buffer.from(JSON.stringify({ ...look, ...(says && { says }) }));
      return [[`${name} ${code}`, { bytes, etag: `"${digest(bytes)}"` }]];
    });
  }

  /** `null`: the English that the launcher has anyway. */
  function saysIn(code: string, { visitor: { words } }: SiteConfig): LauncherWords | null {
    const theirs = { ...words["*"], ...words[code] };
    const said = (name: "openChat" | "launcherNotLoaded" | "greetingDismiss"): string | undefined => {
      const own = theirs[name];
      return typeof own === "string" ? own : spoken?.launcher[code]?.[name];
    };
    const says = [said("openChat"), said("launcherNotLoaded"), said("greetingDismiss")];
    const english = spoken?.launcher["en"];
    const isBuiltIn = !english || says.join() === [english.openChat, english.launcherNotLoaded, english.greetingDismiss].join();
    return isBuiltIn ? null : (says as LauncherWords); // every language has all three
  }

  function lookFor({ title, look, pictures: files }: SiteConfig): Look | null {
    return JSON.stringify(look) === NOTHING_SET ? null : lookOf(title, look, serve);

    function serve(name: string): string {
      const { type, bytes } = files[name] as PictureFile; // the configuration was not taken without it
      const served = `${digest(bytes)}.${type.slice("image/".length)}`;
      pictures.set(served, { type, bytes });
      return `/v1/pictures/${served}`;
    }
  }
}

function lookOf(title: string, { pages, greetings, ...look }: LookConfig, serve: (name: string) => string): Look {
  const withPictures = <L extends Pick<LookConfig, "header" | "avatars">>({ header, avatars, ...rest }: L) => ({
    ...rest,
    header: header && serve(header),
    avatars: { assistant: avatars?.assistant && serve(avatars.assistant), agent: avatars?.agent && serve(avatars.agent) },
  });
  return { title, ...withPictures(look), pages: pages.map(withPictures), greetings } as Look; // what is undefined does not travel
}

function answer(c: Context, { bytes, etag, type, cache }: { bytes: Buffer | null; etag: string; type: string; cache: string }): Response {
  c.header("etag", etag);
  c.header("cache-control", cache);
  c.header("vary", "origin, accept-encoding, accept-language");
  if (c.req.header("if-none-match") === etag) return c.body(null, 304);
  if (!bytes) return c.body(null, 204);
  c.header("content-type", type);
  c.header("cross-origin-resource-policy", "cross-origin");
  if (type !== "application/json" || !c.req.header("accept-encoding")?.includes("br")) return c.body(new Uint8Array(bytes));
  c.header("content-encoding", "br");
  return c.body(new Uint8Array(brotliCompressSync(bytes)));
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}
