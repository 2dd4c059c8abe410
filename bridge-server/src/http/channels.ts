import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Bridge } from "../bridge.ts";
import { threadKey } from "../bridge-threads.ts";
import { CallError } from "../call.ts";
import type { Channel, ChannelNews, Received } from "../channels/channel.ts";
import type { SiteConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { bytesOf } from "./body.ts";
import type { Limits } from "./limits.ts";
import { Refusal } from "./problem.ts";

const MAX_DELIVERY_BYTES = 256 * 1024;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

type SaidNews = Extract<ChannelNews, { type: "said" }>;

export interface ChannelParts {
  bridge: Bridge;
  log: Log;
  limits: Limits;
  publicUrl: string;
  channel(name: string): Channel | null;
  /** Whose an address on a channel is. */
  siteAt(channel: string, address: string): { name: string; settings: SiteConfig } | null;
}

/** `POST /v1/channels/:channel`: what platforms deliver of visitors without a browser. Checked, kept, answered; the rest is work. */
export function channelRoutes({ bridge, log, limits, publicUrl, channel, siteAt }: ChannelParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.post("/channels/:channel", async (c) => {
    const name = c.req.param("channel");
    const found = channel(name);
    if (!found) throw new Refusal("not_found", "there is no channel of this name");
    const body = await bytesOf(c, MAX_DELIVERY_BYTES);
    const url = `${publicUrl}${c.req.path}${new URL(c.req.url).search}`;
    const { news, reply } = await received(name, () => found.receive({ headers: c.req.raw.headers, body, url }));
    for (const one of news) await take(name, one);
    if (!reply) return c.body(null, 204);
    return c.newResponse(reply.body, reply.status as 200, { "content-type": reply.contentType }); // the channel knows what its platform wants
  });

  return app;

  async function received(name: string, receive: () => Promise<Received>): Promise<Received> {
    try {
      return await receive();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      log({ event: "delivery_refused", level: "warn", channel: name, kind: error.kind, error: error.message });
      if (error.kind === "forged") throw new Refusal("unauthorized", "the signature does not fit");
      throw new Refusal("invalid", error.message);
    }
  }

  async function take(name: string, news: ChannelNews): Promise<void> {
    const site = siteAt(name, news.thread.ours);
    if (!site) throw new Refusal("not_found", "no site has this address");
    if (news.type === "said" && isTooMuch(threadKey(site.name, name, news.thread).id, site.settings))
      return log({ event: "message_dropped", level: "warn", site: site.name, channel: name, because: "too many from one address" });
    await bridge.receives(site.name, name, news.type === "said" ? withinAllowance(site, name, news) : news);
  }

  /** The words come without files that are too many. Each would be fetched and kept. */
  function withinAllowance(site: { name: string; settings: SiteConfig }, channel: string, news: SaidNews): SaidNews {
    const { files, ...words } = news;
    if (!files?.length) return words;
    const { perVisitor, filesPerDay } = site.settings.limits;
    const thread = threadKey(site.name, channel, news.thread).id;
    const isAllowed = (what: string, whom: string, amount: number) => limits.take(what, whom, { burst: amount, amount, perMs: DAY }) === 0;
    const allowed = files.filter(
      () => isAllowed("file", thread, perVisitor.filesPerDay) && isAllowed("site's file", site.name, filesPerDay),
    );
    if (allowed.length < files.length)
      log({ event: "file_dropped", level: "warn", site: site.name, channel, because: "too many in a day" });
    return { ...words, ...(allowed.length > 0 && { files: allowed }) };
  }

  /** A platform would bring what is refused again and again, so a flood is taken and forgotten. Whoever opts out is always heard. */
  function isTooMuch(thread: string, { limits: { perVisitor } }: SiteConfig): boolean {
    const { burst, linesPerMinute, linesPerDay } = perVisitor;
    const perMinute = { burst: burst + linesPerMinute / 6, amount: linesPerMinute, perMs: MINUTE };
    return (
      limits.take("line", thread, perMinute) > 0 || limits.take("day", thread, { burst: linesPerDay, amount: linesPerDay, perMs: DAY }) > 0
    );
  }
}
