// A connector in somebody else's repository, for a desk that has to be asked what is new. The desk is made up; the contract is not.
import { CallError } from "@baton/bridge-server/call";
import { defineConnector, type VendorNews } from "@baton/bridge-server/connector";
import { secretSetting } from "@baton/bridge-server/secret-setting";
import * as z from "zod";

export default defineConnector({
  settings: z.strictObject({ url: z.url(), key: secretSetting() }),
  abilities: { typing: true, maxLineLength: 2_000 },

  connect({ url, key }, call) {
    return {
      async open(request) {
        const { chat } = Opened.parse(await ask("PUT", `/chats/${request.handoff}`, request));
        return { chat: { ref: chat }, position: null, waitSeconds: null, dropped: [] };
      },
      attach: async ({ ref }, context) => void (await ask("PUT", `/chats/${ref}/contexts/${encodeURIComponent(context.at)}`, context)),
      say: async ({ ref }, line) => void (await ask("PUT", `/chats/${ref}/lines/${line.id}`, line)),
      async signal({ ref }, signal) {
        if (signal.type === "typing") await ask("PUT", `/chats/${ref}/typing`, { on: signal.on });
      },
      async close({ ref }) {
        await ask("DELETE", `/chats/${ref}`).catch((error: unknown) => {
          if (!(error instanceof CallError && error.kind === "gone")) throw error;
        });
      },
      async examine() {
        try {
          await ask("GET", "/news?after=0");
          return [];
        } catch (error) {
          if (error instanceof CallError) return [{ state: "bad", says: "Pigeonhole does not know the key.", next: "Copy it again." }];
          throw error;
        }
      },
      inbound: {
        style: "listen",
        scope: "account",
        async *listen(from, _, signal) {
          const { news, last } = News.parse(await ask("GET", `/news?after=${from ?? 0}`, undefined, signal));
          yield { news: news.flatMap(read), cursor: String(last) };
        },
      },
    };

    async function ask(method: "GET" | "PUT" | "DELETE", path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
      return (await call({ to: new URL(path, url), method, headers: { "x-key": key }, body, ...(signal && { signal }) })).body;
    }
  },
});

const Opened = z.object({ chat: z.string() });
const Event = z.object({ n: z.int(), chat: z.string(), kind: z.string(), who: z.string().nullish(), text: z.string().nullish() });
const News = z.object({ news: z.array(Event), last: z.int() });

function read({ n, chat, kind, who, text }: z.infer<typeof Event>): VendorNews[] {
  const about = { id: String(n), chat: { ref: chat } };
  const agent = who ? { id: null, name: who } : null;
  switch (kind) {
    case "taken":
      return agent ? [{ ...about, type: "agent_joined", agent }] : [];
    case "answer":
      return text ? [{ ...about, type: "agent_said", agent, text, format: "plain" }] : [];
    case "typing":
      return [{ ...about, type: "agent_typing", on: text === "on" }];
    case "put_back":
      return [{ ...about, type: "agent_left" }];
    case "moved":
      return [{ ...about, type: "transferred", to: text ?? null }];
    case "place":
      return [{ ...about, type: "queue_moved", position: Number(text), waitSeconds: null }];
    case "nobody":
      return [{ ...about, type: "failed", reason: "nobody_available" }];
    case "done":
      return [{ ...about, type: "ended" }];
    default:
      return []; // notes among colleagues, our own lines, and whatever is invented next
  }
}
