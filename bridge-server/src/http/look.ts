import { createHash } from "node:crypto";
import { brotliCompressSync } from "node:zlib";
import { Hono, type Context } from "hono";
import { LookSetting, type LookConfig, type PictureFile } from "../config-look.ts";
import type { SiteConfig } from "../config.ts";
import type { Look } from "../protocol.ts";
import { Refusal } from "./problem.ts";
import { checkOrigin } from "./visitor.ts";

const A_MINUTE_THEN_WHILE_ASKING = "public, max-age=60, stale-while-revalidate=86400";
const NOTHING_SET = JSON.stringify(LookSetting.parse(undefined));
const FOR_EVER = "public, max-age=31536000, immutable";

/** What each site's pages show, made once; and its pictures, under names that change with what is in them. Public: it tells no secret. */
export function lookRoutes(sites: Record<string, SiteConfig>) {
  const app = new Hono();
  const pictures = new Map<string, PictureFile>();
  const looks = new Map(Object.entries(sites).map(([name, site]) => [name, answerFor(site)]));

  app.get("/sites/:site/look", (c) => {
    const name = c.req.param("site");
    const site = Object.hasOwn(sites, name) ? sites[name] : null;
    if (!site) throw new Refusal("unknown_site", "the tag names a site that this bridge does not serve");
    checkOrigin(c, site);
    const look = looks.get(name);
    if (!look) return answer(c, { bytes: null, etag: '"nothing"', type: "", cache: A_MINUTE_THEN_WHILE_ASKING });
    return answer(c, { ...look, type: "application/json", cache: A_MINUTE_THEN_WHILE_ASKING });
  });

  app.get("/pictures/:name", (c) => {
    const picture = pictures.get(c.req.param("name"));
    if (!picture) throw new Refusal("not_found", "");
    c.header("access-control-allow-origin", "*");
    return answer(c, { ...picture, etag: `"${c.req.param("name")}"`, cache: FOR_EVER });
  });

  return app;

  function answerFor({ title, look, pictures: files }: SiteConfig): { bytes: Buffer; etag: string } | null {
    if (JSON.stringify(look) === NOTHING_SET) return null;
    const bytes = Buffer.from(JSON.stringify(lookOf(title, look, serve)));
    return { bytes, etag: `"${digest(bytes)}"` };

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
  c.header("vary", "origin, accept-encoding");
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
