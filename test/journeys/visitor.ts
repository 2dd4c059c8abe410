import { randomBytes, randomUUID } from "node:crypto";
import type { Began, Entry, Offer, Phase, ServerMessage } from "@baton/bridge-server/protocol";

/** How long a test waits, in real time, for what must come. */
const PATIENCE_MS = 15_000;

/** One browser without a page: begins, says, follows by number, and keeps everything it ever received. */
export function createVisitor(bridge: () => string, { site = "shop", origin = ORIGIN, headers = {} }: VisitorOptions = {}) {
  const key = randomBytes(32).toString("base64url");
  const entries: Entry[] = [];
  const messages: ServerMessage[] = [];
  const received: string[] = [];
  const waiting = new Set<() => void>();
  let began: Began | null = null;
  let following: AbortController | null = null;
  let broken: Error | null = null;

  const visitor = {
    key,
    entries,
    messages,
    /** Every byte of every answer and stream. */
    received,
    get conversation() {
      return session().conversation;
    },
    get site() {
      return session().site;
    },
    get token() {
      return session().token;
    },
    get phase(): Phase {
      const changed = entries.flatMap(({ body }) => (body.type === "phase_changed" ? [body.phase] : []));
      return changed.at(-1) ?? "automated";
    },
    async begin(more: object = {}): Promise<Began> {
      const answer = await send<Began>("POST", `/v1/sites/${site}/conversations`, { version: 1, key, language: "en", ...more });
      if (answer.status !== 201) throw new Error(`begin: ${answer.status} ${JSON.stringify(answer.body)}`);
      return (began = answer.body);
    },
    /** Says a line; what the bridge answers is returned as it is. */
    say: (text: string, id: string = randomUUID()) => visitor.post<{ seq: number; at: string }>("lines", { id, text }),
    askForPerson: (id: string = randomUUID()) => visitor.post("handoff", { id }),
    leaveMessage: (text: string, email = "ada@example.com") => visitor.post("message", { id: randomUUID(), email, text, name: "Ada" }),
    askCallback: (phone: string, text = "") => visitor.post<{ detail?: string }>("message", { id: randomUUID(), phone, text, name: "Ada" }),
    rate: (score: number | null) => visitor.post("rating", { score }),
    leave: () => visitor.post("leave", {}),
    erase: () => send("DELETE", path()),
    post: <Body = unknown>(about: string, body: unknown) => send<Body>("POST", `${path()}/${about}`, body),
    get: <Body = unknown>(about: string, accept = "application/json") => send<Body>("GET", `${path()}/${about}`, undefined, { accept }),
    send,
    /** Listens from where it left off until `unfollow`. Resolves once the bridge has said hello. */
    async follow(): Promise<void> {
      const stop = (following = new AbortController());
      const response = await fetch(`${bridge()}${path()}/entries?after=${entries.at(-1)?.seq ?? 0}`, {
        headers: { ...common(), accept: "text/event-stream" },
        signal: stop.signal,
      });
      if (!response.ok || !response.body) throw new Error(`follow: ${response.status} ${await response.text()}`);
      const hellos = messages.length;
      void read(response.body).catch((error: unknown) => {
        if (!stop.signal.aborted) broken = error as Error;
        notify();
      });
      await until(() => messages.length > hellos, "hello");
    },
    unfollow: () => following?.abort(),
    /** The first entry, after the given number, that fits: a text that somebody said, or anything else. */
    async hears(what: string | ((body: Entry["body"]) => boolean), after = 0): Promise<Entry> {
      const fits = typeof what === "string" ? (body: Entry["body"]) => body.type === "said" && body.text.includes(what) : what;
      const find = () => entries.find(({ seq, body }) => seq > after && fits(body));
      await until(() => find() !== undefined, String(what));
      return find()!; // `until` has just seen it
    },
    async reaches(phase: Phase): Promise<void> {
      await until(() => visitor.phase === phase, `the phase ${phase}`);
    },
    until,
    /** What was said, as "who: words". */
    said: () => entries.flatMap(({ body }) => (body.type === "said" ? [`${body.name ?? body.by}: ${body.text}`] : [])),
    types: () => entries.map(({ body }) => (body.type === "phase_changed" ? body.phase : body.type)),
    offers: (): Offer[] => entries.flatMap(({ body }) => (body.type === "offers" ? body.offers : [])),
    /** What became of lines, by their ids: the last mark counts. */
    deliveries: () =>
      Object.fromEntries(entries.flatMap(({ body }) => (body.type === "delivery" ? body.lines.map((line) => [line, body.state]) : []))),
  };
  return visitor;

  async function send<Body>(method: string, to: string, body?: unknown, more: Record<string, string> = {}) {
    const response = await fetch(`${bridge()}${to}`, {
      method,
      headers: { ...common(), ...(body !== undefined && { "content-type": "application/json" }), ...more },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    received.push(JSON.stringify([...response.headers]), text);
    // A cast, because the caller says what the bridge answers there; problems are read by their own tests.
    return { status: response.status, headers: response.headers, body: parsed(text) as Body & { code?: string; retryAfter?: number } };
  }

  async function read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      received.push(text);
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const data = /(?:^|\n)data: ([^\n]*)/.exec(event)?.[1];
        if (data) hear(JSON.parse(data) as ServerMessage, /(?:^|\n)id: (\d+)\n/.exec(event)?.[1]);
      }
      notify();
    }
  }

  function hear(message: ServerMessage, id: string | undefined): void {
    messages.push(message);
    if (message.type !== "entry") return;
    const expected = (entries.at(-1)?.seq ?? 0) + 1;
    if (message.entry.seq !== expected || id !== String(expected))
      throw new Error(`entry ${message.entry.seq} came where ${expected} was due`);
    entries.push(message.entry);
  }

  async function until(isSo: () => boolean, what: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!isSo()) {
      if (broken) throw broken;
      if (Date.now() > end)
        throw new Error(
          `waited in vain for ${what}; heard ${JSON.stringify(
            entries.map(({ body }) => body),
            null,
            1,
          )}`,
        );
      await new Promise<void>((done) => {
        const timer = setTimeout(go, 100);
        waiting.add(go);
        function go() {
          clearTimeout(timer);
          waiting.delete(go);
          done();
        }
      });
    }
  }

  function notify(): void {
    for (const go of waiting) go();
  }
  function common(): Record<string, string> {
    return { ...(origin && { origin }), ...(began && { authorization: `Bearer ${began.token}` }), ...headers };
  }
  function session(): Began {
    if (!began) throw new Error("this visitor has not begun");
    return began;
  }
  function path(): string {
    return `/v1/conversations/${session().conversation}`;
  }
}

export const ORIGIN = "https://shop.example";

export interface VisitorOptions {
  site?: string;
  /** `""`: a program, not a browser. */
  origin?: string;
  headers?: Record<string, string>;
}
export type Visitor = ReturnType<typeof createVisitor>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a transcript, or nothing
  }
}
