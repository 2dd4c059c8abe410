import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Began, Entry, EntryBody, Said, ServerMessage } from "@baton/bridge-server/protocol";
import type { Event } from "./history.ts";

const ORIGIN = "https://shop.example";
const AGAIN_MS = 25;

interface Visiting {
  /** Where to ask. */
  bridge: string;
  note(event: Event): void;
  signal: AbortSignal;
  /** Told apart from other visitors by what they say. */
  name?: string;
  /** After so long without an answer it is asked again: a bridge may have stopped and say nothing. */
  patienceMs?: number;
  /** Waited for when entries have been shown, and when it is remembered that they have. */
  passed?(point: "shown" | "remembered", entries: Entry[]): Promise<void>;
}

/**
 * A visitor whose bridge may go away at any time: asks for everything again, under the same id, until it is answered, and takes up
 * the stream where it was cut. Tells `note` what it did and saw.
 */
export function createPatientVisitor({ bridge, note, signal, name = "", patienceMs = 20_000, passed = async () => {} }: Visiting) {
  const key = randomBytes(32).toString("base64url");
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  let began: Began | null = null;
  let lines = 0;
  const erased = new AbortController();

  const visitor = {
    async begin(): Promise<void> {
      const answer = await insist<Began>("/v1/sites/shop/conversations", { version: 1, key, language: "en" });
      began = answer;
    },
    /** Says something that is said once only, and goes on when the bridge has it. Answers with the line's id. */
    async say(words: string): Promise<string> {
      const id = randomUUID();
      const text = `${words} (${name}${++lines})`;
      note({ who: "visitor", did: "said", id, text });
      const unsure = () => note({ who: "visitor", did: "was left unsure", id });
      const refused = () => note({ who: "visitor", did: "was refused", id });
      const { seq } = await insist<Said>(`${path()}/lines`, { id, text }, { unsure, refused });
      note({ who: "visitor", did: "acknowledged", id, seq });
      return id;
    },
    async askForPerson(): Promise<void> {
      await insist(`${path()}/handoff`, { id: randomUUID() });
    },
    async leave(): Promise<void> {
      await insist(`${path()}/leave`, {});
    },
    /** Wants nothing kept, until the bridge says that nothing is: whoever asks again after that is not known any more. */
    async erase(): Promise<void> {
      erased.abort();
      for (;;) {
        signal.throwIfAborted();
        const answer = await fetch(bridge + path(), { method: "DELETE", headers: common(), signal: inTime() }).catch(() => null);
        if (answer && (answer.status === 204 || answer.status === 401)) return;
        if (answer && answer.status < 500) throw new Error(`erasing: ${answer.status}`);
        await pause(AGAIN_MS);
      }
    },
    async rate(score: number): Promise<void> {
      note({ who: "visitor", did: "rated", score });
      await insist(`${path()}/rating`, { score });
    },
    /** Listens, and comes back after each interruption. Ends with the story. */
    async follow(): Promise<void> {
      while (!signal.aborted && !erased.signal.aborted) {
        await listen().catch(() => {}); // cut or refused: the same to a visitor
        await pause(AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    },
    /** Reads everything from the beginning, over and over, as JSON, past every doorway. Ends with the story. */
    async reread(directly: () => string | null): Promise<void> {
      while (!signal.aborted) {
        const url = directly();
        if (url !== null) await readAll("from the beginning", url).catch(() => {}); // it went away meanwhile: later
        await pause(AGAIN_MS * 4, undefined, { signal }).catch(() => {});
      }
    },
    /** Reads everything once, as somebody does who comes only now. */
    readAll,
    /** Listens like `follow`, in another tab and at another bridge, and only takes down what comes. */
    async followElsewhere(elsewhere: string): Promise<void> {
      let after = 0;
      while (!signal.aborted && !erased.signal.aborted) {
        const take = async (fresh: Entry[]) => {
          note({ who: "reader", did: "read", reader: "stream of another tab", after, entries: fresh });
          after += fresh.length;
        };
        await stream(elsewhere, after, take).catch(() => {});
        await pause(AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    },
    conversation: () => began?.conversation ?? null,
    /** What this one's token gets of a conversation that it may not see, another's or one that is erased: a status. */
    async pry(conversation = began?.conversation): Promise<number> {
      for (;;) {
        signal.throwIfAborted();
        const answer = await fetch(`${bridge}/v1/conversations/${conversation}/entries?after=0`, {
          headers: common(),
          signal: inTime(),
        }).catch(
          () => null, // it is away: asked again
        );
        await answer?.body?.cancel();
        if (answer && answer.status < 500) return answer.status;
        await pause(AGAIN_MS);
      }
    },
    /** The number of the last entry that has been shown. */
    last: () => entries.length,
    /** The first entry that fits, after the one with the number `after`. */
    async sees(what: string, fits: (body: EntryBody) => boolean, after = 0): Promise<EntryBody> {
      const find = () => entries.find(({ seq, body }) => seq > after && fits(body))?.body;
      for (let found = find(); ; found = find()) {
        if (found) return found;
        await new Promise<void>((done, fail) => {
          const giveUp = () => fail(new Error(`waited in vain for ${what}`));
          if (signal.aborted) return giveUp();
          signal.addEventListener("abort", giveUp, { once: true });
          waiting.add(() => {
            signal.removeEventListener("abort", giveUp);
            done();
          });
        });
      }
    },
  };
  return visitor;

  /** One request until it is answered. What the bridge refuses for good ends the story. */
  async function insist<Answer>(to: string, body: unknown, { unsure = () => {}, refused = () => {} } = {}): Promise<Answer> {
    for (;;) {
      signal.throwIfAborted();
      const answer = await post().catch(() => null); // not there, or gone before it could answer
      if (answer && answer.status < 300) return answer.body as Answer; // what the protocol says of this address
      if (answer && answer.status < 500 && answer.status !== 429) {
        refused();
        throw new Error(`${to}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
      if (!answer) unsure();
      await pause(AGAIN_MS);
    }

    async function post() {
      const headers = { ...common(), "content-type": "application/json" };
      const response = await fetch(bridge + to, { method: "POST", headers, body: JSON.stringify(body), signal: inTime() });
      return { status: response.status, body: (await response.json()) as unknown };
    }
  }

  async function listen(): Promise<void> {
    await stream(bridge, entries.length, take);
  }

  async function stream(from: string, after: number, take: (fresh: Entry[]) => Promise<void>): Promise<void> {
    const since = performance.now();
    const response = await fetch(`${from}${path()}/entries?after=${after}`, {
      headers: { ...common(), accept: "text/event-stream" },
      signal,
    });
    if (!response.body) return;
    let rest = "";
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      const messages = events.map(messageIn);
      noteGreeting(messages, "stream", since);
      const fresh = messages.flatMap((message) => (message?.type === "entry" ? [message.entry] : []));
      if (fresh.length > 0) await take(fresh);
    }
  }

  async function take(fresh: Entry[]): Promise<void> {
    note({ who: "reader", did: "read", reader: "stream", after: entries.length, entries: fresh });
    await passed("shown", fresh);
    entries.push(...fresh);
    await passed("remembered", fresh);
    for (const go of waiting) go();
    waiting.clear();
  }

  function noteGreeting(messages: (ServerMessage | null)[], reader: string, since: number): void {
    for (const message of messages)
      if (message?.type === "hello")
        note({ who: "reader", did: "was told the phase", reader, phase: message.phase, lastSeq: message.lastSeq, since });
  }

  async function readAll(reader: string, from: string = bridge): Promise<void> {
    let messages: ServerMessage[] | null = null;
    let since = 0;
    while (!messages) {
      signal.throwIfAborted();
      since = performance.now();
      messages = await once().catch(() => null); // the bridge was struck while it answered
      if (!messages) await pause(AGAIN_MS);
    }
    noteGreeting(messages, reader, since);
    const read = messages.flatMap((message) => (message.type === "entry" ? [message.entry] : []));
    note({ who: "reader", did: "read", reader, after: 0, entries: read });

    async function once(): Promise<ServerMessage[] | null> {
      const response = await fetch(`${from}${path()}/entries?after=0`, {
        headers: { ...common(), accept: "application/json" },
        signal: inTime(),
      });
      return response.ok ? ((await response.json()) as { messages: ServerMessage[] }).messages : null; // what the protocol says
    }
  }

  function inTime(): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  }
  function common(): Record<string, string> {
    return { origin: ORIGIN, ...(began && { authorization: `Bearer ${began.token}` }) };
  }
  function path(): string {
    return `/v1/conversations/${began?.conversation}`;
  }
}

function messageIn(event: string): ServerMessage | null {
  return JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "null") as ServerMessage | null; // what the protocol says of a stream
}

export type PatientVisitor = ReturnType<typeof createPatientVisitor>;
