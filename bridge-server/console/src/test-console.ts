import type { Source } from "./api/changes.ts";
import type { HandoffPage, ListedHandoff } from "./api/answers.ts";
import type { Clock } from "./clock.ts";
import { createConsole } from "./console.ts";

export const NOON = Date.parse("2026-11-23T12:00:00Z");

/** A handoff that waits at the desk; `more` is what is different about this one. */
export function handoff(more: Partial<ListedHandoff> = {}): ListedHandoff {
  return {
    id: "h-1",
    site: "shop",
    conversation: "c-1",
    shared_id: "s-1",
    assistant_conversation_id: "CONV-1",
    state: "handoff_initiated",
    topic_state: null,
    stage: "queued",
    cause: null,
    requested_by: "assistant",
    destination: "refunds",
    reason: "customer_refund",
    connector: "desk",
    queue: "refunds",
    agent: null,
    tries: 0,
    fell_back_to: [],
    resolution: null,
    step: "queued",
    began_at: at(-60_000),
    accepted_at: null,
    changed_at: at(-60_000),
    change: 1,
    ...more,
  };
}

export const page = (handoffs: ListedHandoff[], more: Partial<HandoffPage> = {}): HandoffPage => ({
  handoffs,
  next: null,
  change: Math.max(0, ...handoffs.map(({ change }) => change)),
  ...more,
});

/** So many milliseconds from noon, as the bridge writes it. */
export const at = (ms: number): string => new Date(NOON + ms).toISOString();

/** Time that is turned by hand. */
export function handClock() {
  let time = NOON;
  let timers: { at: number; run(): void }[] = [];
  const wakers = new Set<() => void>();
  const clock: Clock = {
    now: () => time,
    after(ms, run) {
      const timer = { at: time + ms, run };
      timers.push(timer);
      return () => (timers = timers.filter((one) => one !== timer));
    },
    onWake(run) {
      wakers.add(run);
      return () => void wakers.delete(run);
    },
  };
  return {
    clock,
    wake: () => wakers.forEach((run) => run()),
    pass(ms: number): void {
      time += ms;
      for (const timer of timers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)) {
        timers = timers.filter((one) => one !== timer);
        timer.run();
      }
    },
  };
}

/** Streams of changes that a test fills and breaks. */
export function createStreams() {
  const opened: { url: string; isClosed: boolean; tell(type: string, data?: unknown): void }[] = [];
  return {
    opened,
    last: () => opened.at(-1)!, // a test that asks for it has opened one
    open(url: string): Source {
      const hearers: [string, (event: { data?: string }) => void][] = [];
      const stream = {
        url,
        isClosed: false,
        tell(type: string, data?: unknown) {
          for (const [wanted, hear] of hearers) if (wanted === type) hear(data === undefined ? {} : { data: JSON.stringify(data) });
        },
      };
      opened.push(stream);
      return { addEventListener: (type, hear) => void hearers.push([type, hear]), close: () => void (stream.isClosed = true) };
    },
  };
}

/** What the bridge answers to a path, with its query; an error's status, or `null`: it cannot be reached. */
export type Answers = (path: string, query: URLSearchParams, init: RequestInit) => object | number | null;

function createSend(answers: Answers): { send: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async send(input, init = {}) {
      const { pathname, searchParams, search } = new URL(String(input), "http://bridge");
      asked.push(`${init.method ?? "GET"} ${pathname}${decodeURIComponent(search)}`);
      init.signal?.throwIfAborted();
      const answer = answers(pathname, searchParams, init) ?? undefined;
      if (answer === undefined) throw new TypeError("Failed to fetch");
      if (typeof answer === "object" && "nobody" in answer) return new Response("null");
      if (typeof answer === "number") return new Response(JSON.stringify({ detail: "the bridge said no" }), { status: answer });
      return new Response(JSON.stringify(answer));
    },
  };
}

/** What is answered to who asks who is signed in, where somebody is and where nobody is. */
export const nobody = { nobody: true };
export const me = { name: "sam", role: "operator" };

let listening = new AbortController();

/** A console over a bridge of a test's own, at an address. Somebody is signed in, unless the bridge says otherwise. One at a time. */
export async function startConsole(answers: Answers, path = "/console/") {
  listening.abort(); // the one before this listens no more
  const { signal } = (listening = new AbortController());
  window.history.replaceState(null, "", path);
  const hand = handClock();
  const streams = createStreams();
  const { send, asked } = createSend((path, query, init) => {
    const answer = answers(path, query, init);
    const isMe = path === "/console/session" && answer !== null && typeof answer === "object" && !("role" in answer || "nobody" in answer);
    const isOfAlerts = path === "/v1/alerts" && answer !== null && typeof answer === "object" && !("alerts" in answer);
    if (path === "/v1/missed" && answer !== null && typeof answer === "object" && !("sites" in answer)) return { sites: [] };
    return isMe ? me : isOfAlerts ? { alerts: [] } : answer;
  });
  let ids = 0;
  const parts = createConsole({
    window: {
      location: window.location,
      history: window.history,
      addEventListener: (type, hear) => window.addEventListener(type, hear, { signal }),
      document: { addEventListener: (type, hear) => document.addEventListener(type, hear, { signal }) },
    },
    clock: hand.clock,
    send,
    open: streams.open,
    newId: () => `id-${++ids}`,
  });
  await settle();
  return { parts, hand, streams, asked, settle };
}

/** Until every answer that is on its way has been taken in and drawn. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise<void>((done) => setTimeout(done));
}
