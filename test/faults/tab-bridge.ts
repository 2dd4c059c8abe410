import type { EntryBody, ServerMessage } from "@baton/bridge-server/protocol";
import { entry, hello, reply, site } from "../../widget/src/connection/rehearsal.ts";
import type { Tab } from "./tab-world.ts";

interface Conversation {
  id: string;
  entries: ServerMessage[];
  /** Visitors' lines by their ids, as they came. */
  lines: Map<string, string>;
}

interface Stream {
  tab: Tab;
  of: Conversation;
  send(message: ServerMessage): void;
  cut(): void;
}

/** What a bridge promises its visitors, and no more: one conversation for a key, one line for an id, each with an answer; streams that are caught up. */
export function createTabBridge({
  lane,
  chance,
}: {
  lane(tab: Tab | null, what: string): (run: () => void) => void;
  chance: () => number;
}) {
  const byKey = new Map<string, Conversation>();
  const streams = new Set<Stream>();
  const gone = new Set<Tab>();
  const work = lane(null, "the assistant answers");
  let loses = 0;

  return {
    conversations: () => [...byKey.values()],
    streams: () => [...streams],
    /** How many of a hundred requests, and of a hundred answers, are lost. */
    lose: (percent: number) => void (loses = percent),
    hangUp(tab: Tab): void {
      gone.add(tab);
      for (const stream of streams) if (stream.tab === tab) streams.delete(stream);
    },
    fetchOf:
      (tab: Tab): typeof fetch =>
      (input, init = {}) =>
        new Promise((resolve, reject) => {
          const { pathname, searchParams } = new URL(String(input));
          const path = pathname.split("/").slice(2);
          const up = lane(null, `${path.at(-1)} of ${tab.name}`);
          const down = lane(tab, `is answered ${path.at(-1)}`);
          const isLost = (): boolean => chance() * 100 < loses;
          init.signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
          up(() => {
            if (init.signal?.aborted) return;
            if (isLost()) return down(() => reject(new TypeError("no network")));
            const answer = answerTo(
              path,
              JSON.parse((init.body as string | undefined) ?? "null"),
              tab,
              Number(searchParams.get("after")),
              init.signal,
            );
            down(isLost() ? () => reject(new TypeError("no network")) : () => resolve(answer));
          });
        }),
  };

  function answerTo(path: string[], body: unknown, tab: Tab, after: number, signal: AbortSignal | null | undefined): Response {
    if (path.at(-1) === "conversations") return begin((body as { key: string }).key);
    const of = [...byKey.values()].find(({ id }) => id === path[1])!; // tabs know only what was answered
    if (path.at(-1) === "lines") return say(of, body as { id: string; text: string });
    if (path.at(-1) === "entries") return listen(of, tab, after, signal);
    return new Response(null, { status: 204 });
  }

  function begin(key: string): Response {
    const of = byKey.get(key) ?? { id: `c${byKey.size + 1}`, entries: [], lines: new Map() };
    byKey.set(key, of);
    return reply({ conversation: of.id, token: "t", site }, 201);
  }

  function say(of: Conversation, { id, text }: { id: string; text: string }): Response {
    if (!of.lines.has(id)) {
      of.lines.set(id, text);
      add(of, { type: "said", id, by: "visitor", text, format: "plain" });
      work(() => add(of, { type: "said", id: `answer-${id}`, by: "assistant", text: `About ${text}`, format: "plain" }));
    }
    return reply({ seq: 1, at: "2026-01-01T00:00:00Z" });
  }

  function add(of: Conversation, body: EntryBody): void {
    const message = entry(of.entries.length + 1, body);
    of.entries.push(message);
    for (const stream of streams) if (stream.of === of) stream.send(message);
  }

  function listen(of: Conversation, tab: Tab, after: number, signal: AbortSignal | null | undefined): Response {
    const post = lane(tab, "hears the bridge");
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    const stream: Stream = {
      tab,
      of,
      send: (message) => post(() => controller?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`))),
      cut() {
        streams.delete(stream);
        post(() => controller?.error(new TypeError("no network")));
      },
    };
    if (!gone.has(tab)) streams.add(stream); // what a page has asked for may arrive when there is nobody left to listen
    signal?.addEventListener("abort", () => {
      streams.delete(stream);
      controller?.error(new DOMException("hung up", "AbortError"));
      controller = null;
    });
    [hello(of.entries.length), ...of.entries.slice(after)].forEach(stream.send);
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}
