import { systemClock, type Clock } from "../clock.ts";
import { newId } from "../random.ts";
import type { Fanout } from "./fanout.ts";
import { createListeners } from "./listeners.ts";

/** One connection to something that carries texts to every process, this one included. It may lose, repeat and reorder them. */
export interface Line {
  /** Rejects when the line is broken. */
  send(text: string): Promise<void>;
  close(): Promise<void>;
  /** The longest text it takes. */
  maxBytes: number;
}

/** Opens a line, listening already. `lost` may be called more than once. */
export type OpenLine = (heard: (text: string) => void, lost: () => void) => Promise<Line>;

export interface BusOptions {
  clock?: Clock;
  /** For logs and metrics: hints travel, or listeners look at the store by themselves. */
  noticed?: (state: "connected" | "disconnected", because: string) => void;
}

const TICK_MS = 200;
/** Every tick this process says something and must hear itself. When it does not, the bus is dead, whatever its connection says. */
const DEAF_AFTER_TICKS = 4;
/** Without a bus everybody looks so often. Together with the time to notice: within two seconds of whatever happened. */
const WALK_TICKS = 4;
/** Another process that falls silent may have saved something and died before it could say so: everybody looks once. */
const GONE_AFTER_TICKS = 12;
/** Small walks are done in one step. */
const STEP_AT_LEAST = 200;
/** More topics than this are not remembered one by one while the bus is down: then all the others look at everything. */
const MISSED_AT_MOST = 10_000;

interface Message {
  from: string;
  /** Counts what its sender has sent, from 1: whoever misses one looks. */
  count?: number;
  /** Its sender's: so it knows how old its own words are when it hears them. */
  tick?: number;
  hints?: [topic: string, aside?: string][];
  /** Hints were lost: everybody look. */
  missed?: true;
  leaves?: true;
}

/**
 * Hints over a bus that may break at any time, also silently. While it is broken, or may be, listeners are called without a hint,
 * so that what is in the store reaches them within two seconds all the same.
 */
export function fanoutOverBus(open: OpenLine, { clock = systemClock, noticed = () => {} }: BusOptions = {}): Fanout {
  const self = newId();
  const listeners = createListeners();
  const others = new Map<string, Other>();
  let sent = 0;
  const waiting = new Map<string, [topic: string, aside?: string]>();
  const missed = new Set<string>();
  let hasMissedMore = false;
  let line: Line | null = null;
  let opened = 0; // counts lines, so that what an earlier one still says is not taken for news of this one
  let isOpening = false;
  let sendingOn: Line | null = null;
  let state: "connected" | "disconnected" | null = null;
  let isClosed = false;
  let ticks = 0;
  let heardTick = 0; // when the latest of its own words was said that this process has heard
  let ticksAway = 0;
  let step: ((count: number) => boolean) | null = null;
  let cancelTick = () => {};

  void connect();
  tick();

  return {
    async hint(topic, aside) {
      listeners.tell(topic, aside);
      if (!isClosed) pass(topic, aside);
    },
    async listen(topic, look) {
      return listeners.add(topic, look);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelTick();
      const last = line;
      line = null;
      await last?.send(JSON.stringify({ from: self, leaves: true } satisfies Message)).catch(() => {}); // then it seems to have died
      await last?.close().catch(() => {}); // it was lost already
    },
  };

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick);
    for (const [name, other] of others) {
      if (other.silentTicks++ < GONE_AFTER_TICKS) continue;
      others.delete(name);
      lookAll();
    }
    if (line !== null) {
      // Counted in ticks, not in time: a process that was stopped for a while has not been deaf for as long.
      if (++ticks - heardTick > DEAF_AFTER_TICKS) lose("it is silent");
      else void say({ from: self });
    }
    if (line === null) {
      if (ticksAway++ % WALK_TICKS === 0) lookAll();
      else walk();
      void connect();
    } else walk();
  }

  async function connect(): Promise<void> {
    if (isOpening || isClosed || line !== null) return;
    isOpening = true;
    const own = ++opened;
    const mine = () => own === opened && !isClosed;
    try {
      const next = await open(
        (text) => mine() && hear(text),
        () => mine() && lose("the connection broke"),
      );
      if (!mine()) return void next.close().catch(() => {}); // it broke before it could be used
      line = next;
      heardTick = ticks;
      ticksAway = 0;
      notice("connected", "");
      repeatMissed();
      lookAll(); // what others hinted meanwhile is gone
    } catch (error) {
      notice("disconnected", error instanceof Error ? error.message : String(error));
    } finally {
      isOpening = false;
    }
  }

  function lose(because: string): void {
    opened++;
    const lost = line;
    line = null;
    others.clear();
    for (const [topic, aside] of waiting.values()) miss(topic, aside);
    waiting.clear();
    if (lost === null) return;
    void lost.close().catch(() => {}); // it is given up
    notice("disconnected", because);
  }

  function notice(now: "connected" | "disconnected", because: string): void {
    if (state !== now) noticed(now, because);
    state = now;
  }

  function hear(text: string): void {
    const message = readMessage(text);
    if (message === null) return;
    if (message.from === self) {
      heardTick = Math.max(heardTick, message.tick ?? ticks);
      return; // listeners here heard it when it was said
    }
    if (message.leaves) others.delete(message.from);
    else count(message);
    for (const [topic, aside] of message.hints ?? []) listeners.tell(topic, aside);
    if (message.missed) lookAll();
  }

  /** The bus may lose one message and carry the next. */
  function count({ from, count = 0 }: Message): void {
    const before = others.get(from)?.count ?? 0;
    others.set(from, { silentTicks: 0, count: Math.max(before, count) });
    if (count > before + 1) lookAll();
  }

  function pass(topic: string, aside: string | undefined): void {
    if (line === null) return miss(topic, aside);
    waiting.set(aside === undefined ? topic : `${topic}\n${aside}`, aside === undefined ? [topic] : [topic, aside]);
    if (sendingOn === line) return;
    const own = line;
    sendingOn = own;
    setImmediate(() => void sendOver(own)); // hints of one turn of the loop travel together
  }

  function miss(topic: string, aside: string | undefined): void {
    if (aside !== undefined || hasMissedMore) return;
    missed.add(topic);
    hasMissedMore = missed.size > MISSED_AT_MOST;
    if (hasMissedMore) missed.clear();
  }

  /** Those who were connected meanwhile cannot know that this process was not. */
  function repeatMissed(): void {
    if (hasMissedMore) void say({ from: self, missed: true });
    hasMissedMore = false;
    const topics = [...missed];
    missed.clear();
    for (const topic of topics) pass(topic, undefined);
  }

  async function sendOver(own: Line): Promise<void> {
    const isOurs = () => line === own;
    while (isOurs() && waiting.size > 0) {
      const hints = [...waiting.values()];
      waiting.clear();
      for (const message of inMessages(self, hints, own.maxBytes)) {
        if (await say(message)) continue;
        for (const [topic, aside] of message.hints ?? []) pass(topic, aside);
      }
    }
    if (sendingOn === own) sendingOn = null;
  }

  async function say(message: Message): Promise<boolean> {
    const saying = line;
    if (saying === null) return false;
    try {
      await saying.send(JSON.stringify({ ...message, count: ++sent, tick: ticks }));
      return true;
    } catch {
      if (line === saying) lose("nothing can be sent"); // looked after by the next tick
      return false;
    }
  }

  function lookAll(): void {
    step = listeners.walk();
    walk();
  }

  /** In steps, so that thousands of listeners do not all ask the store in the same moment. */
  function walk(): void {
    if (step?.(Math.max(STEP_AT_LEAST, Math.ceil(listeners.count() / WALK_TICKS))) === false) step = null;
  }
}

/** Another process, as far as it was heard of. */
interface Other {
  silentTicks: number;
  /** The latest that was heard of what it sent. */
  count: number;
}

/** As many hints in each as fit. An aside that does not fit anywhere is lost; for a topic that does not, everybody looks. */
function* inMessages(from: string, hints: [topic: string, aside?: string][], maxBytes: number): Generator<Message> {
  const empty = Buffer.byteLength(JSON.stringify({ from, hints: [], count: Number.MAX_SAFE_INTEGER, tick: Number.MAX_SAFE_INTEGER }));
  let together: [topic: string, aside?: string][] = [];
  let bytes = empty;
  for (const hint of hints) {
    const size = Buffer.byteLength(JSON.stringify(hint)) + 1;
    if (empty + size > maxBytes) {
      if (hint.length === 1) yield { from, missed: true };
      continue;
    }
    if (bytes + size > maxBytes) {
      yield { from, hints: together };
      together = [];
      bytes = empty;
    }
    together.push(hint);
    bytes += size;
  }
  if (together.length > 0) yield { from, hints: together };
}

/** `null` for whatever somebody else may say on the same bus. */
function readMessage(text: string): Message | null {
  try {
    const message = JSON.parse(text) as Partial<Message> | null;
    return typeof message?.from === "string" ? (message as Message) : null; // nobody but us writes a sender
  } catch {
    return null;
  }
}
