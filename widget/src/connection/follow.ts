import type { ServerMessage } from "@baton/bridge-server/protocol";
import type { Clock } from "./clock.ts";
import { eventsIn } from "./events.ts";
import { createPatience } from "./patience.ts";
import { isFinal, isOfType, jsonIn, Refusal, refusalOf, type RefusalCode } from "./refusal.ts";
import { version } from "./version.ts";

/** Who hears a conversation. Entries arrive in order, each once, without gaps. */
export interface Follower {
  /** The number of the last entry heard, 0 at first. */
  after(): number;
  hear(message: ServerMessage): void;
  /** The bridge knows fewer entries than were heard: forget them, all come again. */
  startAgain(): void;
  /** Whether the bridge answers. */
  reachable(isReachable: boolean): void;
  /** Nothing more will be heard, for this reason. */
  over(code: RefusalCode): void;
}

/** Asks the bridge for what follows, as a stream or as JSON. */
export type Ask = (accept: "text/event-stream" | "application/json", signal: AbortSignal) => Promise<Response>;

const FIRST_WORD_WITHIN_MS = 10_000; // "hello" comes at once, unless a proxy holds the stream back
const BYTE_WITHIN_MS = 40_000; // the bridge's heartbeat comes every 15 s, and an answer in JSON within 25 s

/** Follows by stream; by waiting for JSON where streams do not get through. */
export function follow(ask: Ask, follower: Follower, clock: Clock): () => void {
  const patience = createPatience(clock);
  let isStopped = false;
  let streams = true;
  let lastByteAt = clock.now();
  let hangUp = new AbortController();
  const stopWaking = clock.onWake(wake);
  void run();
  return stop;

  function stop(): void {
    isStopped = true;
    stopWaking();
    hangUp.abort();
    patience.hurry();
  }

  async function run(): Promise<void> {
    while (true) {
      if (isStopped) return;
      await listenOnce().then(
        (pauseMs) => (isStopped ? undefined : patience.pause(pauseMs)),
        (error: unknown) => (isStopped ? undefined : givenUp(refusalOf(error))),
      );
    }
  }

  /** Listens until the connection ends. Tells how long to wait before the next. */
  async function listenOnce(): Promise<number> {
    const round: Round = { heardHello: false, pauseMs: null, barked: false, feed: () => {} };
    hangUp = new AbortController();
    const began = clock.now();
    const quiet = watch(round);
    try {
      await (streams ? readStream(round) : readJson(round));
    } catch (error) {
      // A stream that says nothing is held back somewhere. Where even waiting for JSON fails, the stream is worth a try again.
      streams = streams ? round.heardHello || !round.barked : true;
      throw error;
    } finally {
      quiet();
      hangUp.abort();
    }
    // A stream that ends without a bye was cut off, and so was everybody's. An answer in JSON always ends.
    return round.pauseMs ?? (streams ? 1_000 : Math.max(0, 1_000 - (clock.now() - began))) * (0.5 + clock.random() / 2);
  }

  async function readStream(round: Round): Promise<void> {
    const response = await ask("text/event-stream", hangUp.signal);
    if (!isOfType(response, "event-stream") || !response.body) {
      round.barked = true; // something in between has made something else of it
      throw new Refusal("unreachable");
    }
    const onBytes = (): void => {
      lastByteAt = clock.now();
      if (round.heardHello) round.feed();
    };
    for await (const data of eventsIn(response.body, onBytes)) {
      if (!take(JSON.parse(data) as ServerMessage, round)) return; // cast: our own bridge speaks protocol.ts
    }
  }

  async function readJson(round: Round): Promise<void> {
    round.feed();
    const { messages } = (await jsonIn(await ask("application/json", hangUp.signal))) as { messages: ServerMessage[] }; // as above
    lastByteAt = clock.now();
    works();
    for (const message of messages) if (!take(message, round)) return;
  }

  /** Whether to go on with this connection. */
  function take(message: ServerMessage, round: Round): boolean {
    if (isStopped) return false;
    if (message.type === "hello") {
      if (message.version !== version) throw new Refusal("outdated");
      round.heardHello = true;
      round.feed();
      works();
      if (message.lastSeq < follower.after()) {
        follower.startAgain();
        round.pauseMs = 0;
        return false;
      }
    } else if (message.type === "entry") {
      if (message.entry.seq <= follower.after()) return true; // heard before
      if (message.entry.seq > follower.after() + 1) return false; // something is missing: ask again from where we are
    } else if (message.type === "bye") {
      round.pauseMs = message.retryMs * (1 + clock.random()); // everybody was told the same, so each adds some
    }
    follower.hear(message);
    return message.type !== "bye";
  }

  function works(): void {
    patience.succeeded();
    follower.reachable(true);
  }

  async function givenUp(refusal: Refusal): Promise<void> {
    if (isFinal(refusal.code)) {
      stop();
      follower.over(refusal.code);
      return;
    }
    follower.reachable(false);
    await patience.afterFailure(refusal.retryAfterMs);
  }

  function wake(): void {
    // "online" fires before names can be looked up again, and for everybody in the house at once.
    clock.after(200 + clock.random() * 800, () => {
      if (isStopped || patience.hurry()) return;
      // Slept through a heartbeat: whether this connection still lives is quicker to try than to wait for.
      if (clock.now() - lastByteAt > BYTE_WITHIN_MS / 2) hangUp.abort();
    });
  }

  function watch(round: Round): () => void {
    const bark = (): void => {
      round.barked = true;
      hangUp.abort();
    };
    let cancel = clock.after(FIRST_WORD_WITHIN_MS, bark);
    round.feed = () => {
      cancel();
      cancel = clock.after(BYTE_WITHIN_MS, bark);
    };
    return () => cancel();
  }
}

interface Round {
  heardHello: boolean;
  /** What the bridge asked for, if it did. */
  pauseMs: number | null;
  /** Nothing came for too long. */
  barked: boolean;
  /** Something came: start counting again. */
  feed(): void;
}
