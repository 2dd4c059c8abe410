import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Began, Entry, EntryBody, Said, ServerMessage } from "@baton/bridge-server/protocol";
import type { Event } from "./history.ts";

const ORIGIN = "https://shop.example";
const AGAIN_MS = 25;

/**
 * A visitor whose bridge may go away at any time: asks for everything again, under the same id, until it is answered, and takes up
 * the stream where it was cut. Tells `note` what it did and saw.
 */
export function createPatientVisitor(bridge: string, note: (event: Event) => void, signal: AbortSignal) {
  const key = randomBytes(32).toString("base64url");
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  let began: Began | null = null;
  let lines = 0;

  const visitor = {
    async begin(): Promise<void> {
      const answer = await insist<Began>("/v1/sites/shop/conversations", { version: 1, key, language: "en" });
      began = answer;
    },
    /** Says something that is said once only, and goes on when the bridge has it. Answers with the line's id. */
    async say(words: string): Promise<string> {
      const id = randomUUID();
      const text = `${words} (${++lines})`;
      note({ who: "visitor", did: "said", id, text });
      const { seq } = await insist<Said>(`${path()}/lines`, { id, text });
      note({ who: "visitor", did: "acknowledged", id, seq });
      return id;
    },
    async rate(score: number): Promise<void> {
      note({ who: "visitor", did: "rated", score });
      await insist(`${path()}/rating`, { score });
    },
    /** Listens, and comes back after each interruption. Ends with the story. */
    async follow(): Promise<void> {
      while (!signal.aborted) {
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
    /** The first entry that fits. */
    async sees(what: string, fits: (body: EntryBody) => boolean): Promise<EntryBody> {
      const find = () => entries.find(({ body }) => fits(body))?.body;
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
  async function insist<Answer>(to: string, body: unknown): Promise<Answer> {
    for (;;) {
      signal.throwIfAborted();
      const answer = await post().catch(() => null); // not there, or gone before it could answer
      if (answer && answer.status < 300) return answer.body as Answer; // what the protocol says of this address
      if (answer && answer.status < 500) throw new Error(`${to}: ${answer.status} ${JSON.stringify(answer.body)}`);
      await pause(AGAIN_MS);
    }

    async function post() {
      const headers = { ...common(), "content-type": "application/json" };
      const response = await fetch(bridge + to, { method: "POST", headers, body: JSON.stringify(body), signal });
      return { status: response.status, body: (await response.json()) as unknown };
    }
  }

  async function listen(): Promise<void> {
    const response = await fetch(`${bridge}${path()}/entries?after=${entries.length}`, {
      headers: { ...common(), accept: "text/event-stream" },
      signal,
    });
    if (!response.body) return;
    let rest = "";
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      take(events.flatMap(entryIn));
    }
  }

  function take(fresh: Entry[]): void {
    if (fresh.length === 0) return;
    note({ who: "reader", did: "read", reader: "by number", after: entries.length, entries: fresh });
    entries.push(...fresh);
    for (const go of waiting) go();
    waiting.clear();
  }

  async function readAll(reader: string, from: string = bridge): Promise<void> {
    let messages: ServerMessage[] | null = null;
    while (!messages) {
      signal.throwIfAborted();
      messages = await once().catch(() => null); // the bridge was struck while it answered
      if (!messages) await pause(AGAIN_MS);
    }
    const read = messages.flatMap((message) => (message.type === "entry" ? [message.entry] : []));
    note({ who: "reader", did: "read", reader, after: 0, entries: read });

    async function once(): Promise<ServerMessage[] | null> {
      const response = await fetch(`${from}${path()}/entries?after=0`, { headers: { ...common(), accept: "application/json" }, signal });
      return response.ok ? ((await response.json()) as { messages: ServerMessage[] }).messages : null; // what the protocol says
    }
  }

  function common(): Record<string, string> {
    return { origin: ORIGIN, ...(began && { authorization: `Bearer ${began.token}` }) };
  }
  function path(): string {
    return `/v1/conversations/${began?.conversation}`;
  }
}

function entryIn(event: string): Entry[] {
  const message = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? "null") as ServerMessage | null; // what the protocol says of a stream
  return message?.type === "entry" ? [message.entry] : [];
}

export type PatientVisitor = ReturnType<typeof createPatientVisitor>;
