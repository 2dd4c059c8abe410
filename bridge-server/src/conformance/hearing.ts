import { pause, systemClock } from "../clock.ts";
import type { Connector, VendorChat, VendorNews } from "../connectors/connector.ts";
import type { Deed, Handwriting, VendorDouble } from "./conformance.ts";

/** How far each stand-in has been listened to, as the bridge would keep it. */
const cursors = new WeakMap<VendorDouble["platform"], Map<string, string>>();

/** What the connector makes of something that happens at the vendor, however it learns of it. */
export async function hear(
  vendor: VendorDouble,
  chat: VendorChat,
  deed: Deed,
  { connector = vendor.connector, ...how }: Handwriting & { connector?: Connector } = {},
): Promise<VendorNews[]> {
  const { platform } = vendor;
  if (platform.style === "webhook") {
    const news: VendorNews[] = [];
    for (const delivery of platform.about(chat, deed, how)) news.push(...(await receive(connector, delivery)));
    return news;
  }
  platform.happens(chat, deed);
  platform.happens(chat, MARK);
  return listenUntilMark(vendor, chat, connector);
}

export async function receive(
  connector: Connector,
  delivery: Parameters<Extract<Connector["inbound"], { style: "webhook" }>["receive"]>[0],
) {
  if (connector.inbound.style !== "webhook") throw new Error("the stand-in sends deliveries, and its connector takes none");
  return (await connector.inbound.receive(delivery)).news;
}

/** Something harmless after what is of interest: whoever has heard it has heard everything before it. */
export const MARK: Deed = { deed: "says", agent: "Mark", text: "— mark —" };

/** Everything up to the mark, from where this chat was last listened to. */
export async function listenUntilMark(vendor: VendorDouble, chat: VendorChat, connector = vendor.connector): Promise<VendorNews[]> {
  const stop = new AbortController();
  const heard: VendorNews[] = [];
  const forget = systemClock.after(5_000, () => stop.abort());
  try {
    while (!stop.signal.aborted) {
      for await (const { news, cursor } of listening(vendor, chat, connector, stop.signal)) {
        keepCursor(vendor, chat, connector, cursor);
        const mark = news.findIndex((one) => one.type === "agent_said" && one.text === "— mark —");
        heard.push(...(mark === -1 ? news : news.slice(0, mark)));
        if (mark !== -1) return heard;
      }
      await pause(systemClock, 5); // a poll may end after each look
    }
    throw new Error(`what happened last was not heard in time; before it: ${JSON.stringify(heard)}`);
  } finally {
    forget();
    stop.abort();
  }
}

/** A stream from where the bridge would go on. */
export function listening(vendor: VendorDouble, chat: VendorChat, connector: Connector, signal: AbortSignal) {
  const { inbound } = connector;
  if (inbound.style !== "listen") throw new Error("the stand-in is to be listened to, and its connector does not");
  const from = cursors.get(vendor.platform)?.get(scopeOf(connector, chat)) ?? null;
  return inbound.listen(from, inbound.scope === "chat" ? chat : null, signal);
}

function keepCursor({ platform }: VendorDouble, chat: VendorChat, connector: Connector, cursor: string): void {
  const kept = cursors.get(platform) ?? new Map<string, string>();
  cursors.set(platform, kept.set(scopeOf(connector, chat), cursor));
}

const scopeOf = ({ inbound }: Connector, { ref }: VendorChat) => (inbound.style === "listen" && inbound.scope === "chat" ? ref : "");
