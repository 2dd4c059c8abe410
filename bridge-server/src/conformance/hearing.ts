import { pause, systemClock } from "../clock.ts";
import type { Connector, VendorChat, VendorNews } from "../connectors/connector.ts";
import type { Deed, Handwriting, VendorDouble } from "./conformance.ts";

/** How far each stand-in has been listened to, as the bridge would keep it. */
const cursors = new WeakMap<VendorDouble["platform"], Map<string, string>>();

/** What the connector makes of something that happens at the vendor, however it learns of it: once, by the name that it was opened by. */
export async function hear(
  vendor: VendorDouble,
  chat: VendorChat,
  deed: Deed,
  { connector = vendor.connector, ...how }: Handwriting & { connector?: Connector } = {},
): Promise<VendorNews[]> {
  const { platform } = vendor;
  if (platform.style === "listen") {
    // It happens while somebody listens: what passes is kept by no vendor.
    platform.happens(chat, MARK);
    return listenUntilMark(vendor, chat, connector, () => {
      platform.happens(chat, deed);
      platform.happens(chat, MARK);
    });
  }
  const news: VendorNews[] = [];
  for (const delivery of platform.about(chat, deed, how)) news.push(...(await receive(connector, delivery)));
  if (platform.style === "webhook_and_look") news.push(...(await look(vendor, chat, connector)));
  const once = new Map(news.toReversed().map((one) => [one.id, one]));
  return named(chat, [...once.values()].toReversed());
}

const byItsName = (chat: VendorChat, news: VendorNews): VendorNews => (isOf(chat, news) ? { ...news, chat } : news);

/** What is found from where this chat was last looked at. */
export async function look(vendor: VendorDouble, chat: VendorChat, connector = vendor.connector): Promise<VendorNews[]> {
  const { inbound } = connector;
  if (inbound.style !== "webhook_and_look") throw new Error("there is something to be looked for, and its connector does not look");
  const from = cursors.get(vendor.platform)?.get(chat.ref) ?? null;
  const { news, cursor } = await inbound.look(from, chat, new AbortController().signal);
  keepCursor(vendor, chat.ref, cursor);
  return news;
}

/** News leaves out what a connector has written behind the name. */
export const isOf = (chat: VendorChat, news: VendorNews) => news.chat.ref === chat.ref.split("\n", 1)[0];

export async function receive(
  connector: Connector,
  delivery: Parameters<Extract<Connector["inbound"], { style: "webhook" }>["receive"]>[0],
) {
  if (connector.inbound.style === "listen") throw new Error("the stand-in sends deliveries, and its connector takes none");
  return (await connector.inbound.receive(delivery)).news;
}

/** Something harmless after what is of interest: whoever has heard it has heard everything before it. */
export const MARK: Deed = { deed: "says", agent: "Mark", text: "— mark —" };

const isMark = (news: VendorNews) => news.type === "agent_said" && news.text === "— mark —";

/** Of a chat that is over, a vendor may tell no more. */
const isLast = ({ type }: VendorNews) => type === "ended" || type === "failed";

const named = (chat: VendorChat, news: VendorNews[]) => news.map((one) => byItsName(chat, one));

/** Everything up to the mark or the end, from where this chat was last listened to; with `then`, that happens at the first mark, and it goes on to the next. */
export async function listenUntilMark(
  vendor: VendorDouble,
  chat: VendorChat,
  connector = vendor.connector,
  then: (() => void) | null = null,
): Promise<VendorNews[]> {
  const stop = new AbortController();
  const heard: VendorNews[] = [];
  const forget = systemClock.after(5_000, () => stop.abort());
  try {
    while (!stop.signal.aborted) {
      for await (const { news, cursor } of listening(vendor, chat, connector, stop.signal)) {
        keepCursor(vendor, scopeOf(connector, chat), cursor);
        for (const one of news) {
          if (!isMark(one)) heard.push(one);
          if (isLast(one) || (isMark(one) && then === null)) return named(chat, heard);
          if (isMark(one)) {
            then?.();
            then = null;
          }
        }
      }
      await pause(systemClock, 5); // a poll may end after each look
    }
    throw new Error(`what happened last was not heard in time; before it: ${JSON.stringify(heard)}`);
  } finally {
    forget();
    stop.abort();
  }
}

/** Listens on, as the bridge would: when something has been heard, and when it is over. Ending and failing are the same to whoever has to begin again. */
export function listenOn(vendor: VendorDouble, chat: VendorChat, signal: AbortSignal): { heard: Promise<void>; over: Promise<"over"> } {
  const heard = Promise.withResolvers<void>();
  return { heard: heard.promise, over: toItsEnd() };

  async function toItsEnd(): Promise<"over"> {
    try {
      for await (const { cursor } of listening(vendor, chat, vendor.connector, signal)) {
        keepCursor(vendor, scopeOf(vendor.connector, chat), cursor);
        heard.resolve();
      }
    } catch {} // a cut stream may well reject
    return "over";
  }
}

/** A stream from where the bridge would go on. */
function listening(vendor: VendorDouble, chat: VendorChat, connector: Connector, signal: AbortSignal) {
  const { inbound } = connector;
  if (inbound.style !== "listen") throw new Error("the stand-in is to be listened to, and its connector does not");
  const from = cursors.get(vendor.platform)?.get(scopeOf(connector, chat)) ?? null;
  return inbound.listen(from, inbound.scope === "chat" ? chat : null, signal);
}

function keepCursor({ platform }: VendorDouble, scope: string, cursor: string): void {
  const kept = cursors.get(platform) ?? new Map<string, string>();
  cursors.set(platform, kept.set(scope, cursor));
}

const scopeOf = ({ inbound }: Connector, { ref }: VendorChat) => (inbound.style === "listen" && inbound.scope === "chat" ? ref : "");
