import { createCall } from "@baton/bridge-server/call";
import { startStandIn, type Deed, type DeskView, type VendorDouble } from "@baton/bridge-server/conformance";
import type { Context, HandoffRequest, Line, VendorChat } from "@baton/bridge-server/connector";
import pigeonhole from "./pigeonhole.ts";

type News = { n: number; chat: string; kind: string; who?: string; text?: string };

/** The desk itself: it keeps everything that happens under a number, and tells whoever asks what came after one. */
export async function startPigeonhole(key = "the-key") {
  const chats = new Map<string, { view: DeskView; isOver: boolean; seen: Set<string> }>();
  const news: News[] = [];

  const { url, ...server } = await startStandIn(({ method, path, query, headers, body }) => {
    if (headers.get("x-key") !== key) return { status: 401 };
    const [, , chat = "", part = "", id = ""] = path.split("/");
    const told = path === "/news" ? since(Number(query.get("after"))) : take(method, chat, part, id, body === "" ? null : JSON.parse(body));
    return told ? { status: 200, body: told } : { status: 410 };
  });

  return {
    ...server,
    url,
    key,
    desk: () => [...chats.values()].map(({ view }) => view),
    happens(chat: VendorChat, deed: Deed): void {
      const known = chats.get(chat.ref);
      if (deed.deed === "hangs_up" && known) {
        known.isOver = true;
        known.view.isWaiting = false;
      }
      news.push({ n: news.length + 1, chat: chat.ref, ...eventOf(deed) });
    },
  };

  function since(n: number): object {
    return { news: news.filter((one) => one.n > n), last: news.length };
  }

  function take(method: string, ref: string, part: string, id: string, body: unknown): object | null {
    const chat = chats.get(ref);
    if (part === "") {
      if (method === "DELETE" && chat) chat.view.isWaiting = false;
      else if (!chat) chats.set(ref, opened(ref, body as HandoffRequest)); // as its connector sends it; the rules look at what came of it
      return { chat: ref };
    }
    if (!chat || chat.isOver) return null;
    if (part === "typing") chat.view.typing.push((body as { on: boolean }).on);
    else if (!chat.seen.has(`${part} ${id}`)) {
      chat.seen.add(`${part} ${id}`);
      if (part === "lines") chat.view.lines.push((body as Line).text);
      else chat.view.contexts.push(JSON.stringify((body as Context).data));
    }
    return {};
  }
}

/** The desk and its connector, as the rules want them. */
export async function pigeonholeDouble(): Promise<VendorDouble> {
  const { url, key, happens, close, ...platform } = await startPigeonhole();
  const call = createCall({ allowPrivate: true });
  const connect = (with_ = key) => pigeonhole.connect({ url, key: with_ }, call);
  return {
    connector: connect(),
    abilities: pigeonhole.abilities,
    restart: () => connect(),
    withWrongKey: () => connect("another key"),
    ...platform,
    platform: { style: "listen", happens, cut() {} },
    async close() {
      await call.close();
      await close();
    },
  };
}

function opened(ref: string, request: HandoffRequest) {
  const { destination, requested, transcript, context, isVisitorWaiting } = request;
  const view: DeskView = {
    ref,
    isWaiting: isVisitorWaiting,
    queue: destination.queue,
    urgent: destination.urgent,
    reason: requested.reason,
    before: transcript.map(({ by, text }) => ({ by, text })),
    lines: [],
    contexts: context ? [JSON.stringify(context.data)] : [],
    typing: [],
  };
  return { view, isOver: false, seen: new Set<string>() };
}

function eventOf(deed: Deed): Omit<News, "n" | "chat"> {
  switch (deed.deed) {
    case "picks_up":
      return { kind: "taken", who: deed.agent };
    case "says":
      return { kind: "answer", who: deed.agent, text: deed.text };
    case "leaves":
      return { kind: "put_back" };
    case "passes_on":
      return { kind: "moved", text: deed.to };
    case "moves_up":
      return { kind: "place", text: String(deed.position) };
    case "types":
      return { kind: "typing", text: deed.on ? "on" : "off" };
    case "hangs_up":
      return { kind: "done" };
    case "finds_nobody":
      return { kind: "nobody" };
    case "writes_a_private_note":
      return { kind: "note", text: deed.text };
    case "sends_a_file": // unknown to its connector, which takes none
    case "does_something_new":
      return { kind: "sneeze" };
    case "echoes":
      return { kind: "line", text: deed.line.text };
  }
}
