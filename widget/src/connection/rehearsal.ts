import type { EntryBody, Phase, ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "./clock.ts";

// A browser and a bridge for tests: time stands still until it is moved, and the network answers what a test says.

/** A clock that only a test moves. */
export function createTestClock() {
  let now = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  const wakers = new Set<() => void>();
  const clock: Clock = {
    now: () => now,
    random: () => 0.5,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    onWake(run) {
      wakers.add(run);
      return () => wakers.delete(run);
    },
  };
  return {
    ...clock,
    wake: () => wakers.forEach((run) => run()),
    /** Lets `ms` pass, and everything that is due happen in its order. */
    async pass(ms: number): Promise<void> {
      const until = now + ms;
      await settle();
      for (let next = due(until); next; next = due(until)) {
        now = next.at;
        timers = timers.filter((timer) => timer !== next);
        next.run();
        await settle();
      }
      now = until;
    },
  };

  function due(until: number) {
    return timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  port1.start();
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      port1.addEventListener("message", resolve, { once: true });
      port2.postMessage(null);
    });
  }
  port1.close();
}

export interface Request {
  path: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

type Answer = (request: Request, signal: AbortSignal | null | undefined) => Response | Promise<Response>;

/** A network that answers by the last part of the path: "conversations", "lines", "entries" … */
export function createTestNetwork(answers: Record<string, Answer>) {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(String(input));
    const headers = Object.fromEntries(new Headers(init.headers));
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const request = { path: pathname + search, method: init.method ?? "GET", headers, body };
    asked.push(request);
    const answer = answers[pathname.split("/").at(-1) ?? ""];
    if (!answer) throw new TypeError("no such host");
    return answer(request, init.signal);
  };
  return { fetch, answers, asked, to: (name: string) => asked.filter(({ path }) => path.split("?")[0]?.endsWith(`/${name}`)) };
}

export const site = {
  title: "Shop",
  mayAskForPerson: true,
  mailsTranscript: true,
  privacy: null,
  terms: null,
  words: {},
  images: [],
  files: null,
};

export function reply(body: unknown, status = 200, type = "application/json"): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: { "content-type": type } });
}

export function problem(status: number, code: string, retryAfter?: number): Response {
  return reply({ type: "about:blank", title: code, status, code, ...(retryAfter && { retryAfter }) }, status, "application/problem+json");
}

export function hello(lastSeq: number, phase: Phase = "automated"): ServerMessage {
  return { type: "hello", version: 1, phase, lastSeq, site };
}

export function entry(seq: number, body: EntryBody): Extract<ServerMessage, { type: "entry" }> {
  return { type: "entry", entry: { seq, at: new Date(seq * 60_000).toISOString(), body } };
}

export function said(seq: number, by: "visitor" | "assistant" | "agent", text: string, id = `id-${seq}`): ServerMessage {
  return entry(seq, { type: "said", id, by, text, format: "plain" });
}

/** A stream that a test writes to while it is being read. It breaks when the reader hangs up. */
export function createTestStream() {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let isHeard = false;
  const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  const write = (text: string): void => controller?.enqueue(new TextEncoder().encode(text));
  return {
    write,
    send: (...messages: ServerMessage[]): void => messages.forEach((message) => write(`data: ${JSON.stringify(message)}\n\n`)),
    end: (): void => controller?.close(),
    isHeard: (): boolean => isHeard,
    open(_: Request, signal: AbortSignal | null | undefined): Response {
      isHeard = true;
      signal?.addEventListener("abort", () => {
        isHeard = false;
        controller?.error(new DOMException("hung up", "AbortError"));
      });
      return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
    },
  };
}
