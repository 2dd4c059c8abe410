// The door for streams that are held open, by the rules that calls go by: see ../call.ts. One connection each, never begun again by itself.
import type { Socket } from "node:net";
import { Agent } from "undici";
import { CallError, codeOf, kindOfSilence } from "../call.ts";
import { systemClock, type Clock } from "../clock.ts";
import { createConnector, type EgressOptions } from "../egress.ts";
import { listenToEvents, type ServerEvent } from "./events.ts";
import { openWebSocket, type HeldSocket } from "./web-socket.ts";

const OPEN_MS = 10_000;
const SILENCE_MS = 60_000;
/** How long the other side may take to answer a goodbye. */
const CLOSE_MS = 1_000;

/**
 * Holds streams of public addresses only, unless `allowPrivate`. Each is open within ten seconds or "unreachable", may say `maxBytes` at
 * once and no more, and is cut when nothing whole is heard for a while. None outlives `close`, which takes a second at most.
 */
export function createHold({ allowPrivate = false, maxBytes = 1024 * 1024, clock = systemClock, resolve }: HoldOptions = {}): Hold & {
  close(): Promise<void>;
} {
  const connect = createConnector({ allowPrivate, resolve });
  const held = new Set<Line>();
  let isClosed = false;

  return {
    socket: (request) => hold(request, "wss:", openWebSocket),
    events: (request) => hold(request, "https:", listenToEvents),
    async close() {
      isClosed = true;
      await Promise.all([...held].map((line) => line.end()));
    },
  };

  async function hold<Held>(
    request: HoldRequest,
    safe: "wss:" | "https:",
    open: (line: Line, request: HoldRequest) => Promise<Held>,
  ): Promise<Held> {
    const { to, signal, silenceMs = SILENCE_MS } = request;
    const name = `${safe === "wss:" ? "WEBSOCKET" : "GET"} ${to.host}${to.pathname}`; // the rest of an address is often a key
    if (to.protocol !== safe && !(allowPrivate && to.protocol === safe.replace("s:", ":")))
      throw new CallError("refused", `${name}: not ${safe.slice(0, -1)}`);
    if (isClosed) throw new CallError("unreachable", `${name}: shutting down`);
    const line = lay(name, silenceMs);
    const watch = request.watch?.();
    line.heard = () => watch?.heard();
    line.whenCut(() => watch?.over(line.fault()));
    const giveUp = () => line.cut(null);
    signal?.addEventListener("abort", giveUp, { once: true });
    line.whenCut(() => signal?.removeEventListener("abort", giveUp));
    if (signal?.aborted) giveUp();
    const stopWaiting = clock.after(OPEN_MS, () => line.cut(`not open in ${OPEN_MS} ms`));
    try {
      const opened = await open(line, request);
      line.isOpen = true;
      watch?.opened();
      return opened;
    } catch (error) {
      line.cut("not opened");
      throw error;
    } finally {
      stopWaiting();
    }
  }

  /** A connection of its own, so that it can be cut without regard for any other. */
  function lay(name: string, silenceMs: number): Line {
    let socket: Socket | null = null;
    let fault: string | null = null;
    let sayGoodbye: (() => void) | null = null;
    const lastly: (() => void)[] = [];
    const agent = new Agent({
      connect: (options, done) =>
        connect(options, (...answer) => {
          const [error, opened] = answer;
          if (error) fault ??= codeOf(error);
          socket = opened; // an agent knows nothing of it once it has become a WebSocket
          if (!held.has(line)) socket?.destroy();
          done(...answer);
        }),
      connections: 1,
      headersTimeout: 0, // deadlines are ours
      bodyTimeout: 0,
      allowH2: false,
      webSocket: { maxPayloadSize: maxBytes },
    });
    const line: Line = {
      name,
      isOpen: false,
      agent,
      clock,
      maxBytes,
      silenceMs,
      heard() {},
      cut(why) {
        if (!held.delete(line)) return;
        fault ??= why;
        socket?.destroy();
        void agent.destroy();
        for (const run of lastly) run();
      },
      whenCut(run) {
        if (held.has(line)) lastly.push(run);
        else run();
      },
      fault() {
        if (fault === null) return null;
        return new CallError(line.isOpen ? "unclear" : kindOfSilence({ sent: false, fault }), `${name}: ${fault}`);
      },
      onEnd: (say) => void (sayGoodbye = say),
      async end() {
        if (sayGoodbye === null) return line.cut(null);
        sayGoodbye();
        await new Promise<void>((done) => {
          const stopWaiting = clock.after(CLOSE_MS, () => line.cut(null));
          line.whenCut(() => (stopWaiting(), done()));
        });
      },
    };
    held.add(line);
    return line;
  }
}

/** One held connection. Whatever ends it ends in `cut`. */
export interface Line {
  name: string;
  isOpen: boolean;
  agent: Agent;
  clock: Clock;
  maxBytes: number;
  silenceMs: number;
  /** They have said something, or shown that they are there. */
  heard(): void;
  /** At once, with no goodbye. `null`: nothing is wrong, nobody wants it any more. Only the first reason counts. */
  cut(why: string | null): void;
  /** Runs once when it is cut, or now where it is. */
  whenCut(run: () => void): void;
  /** What was wrong, once it is cut. */
  fault(): CallError | null;
  /** How it is ended politely: the other side's answer leads to `cut`. */
  onEnd(sayGoodbye: () => void): void;
  end(): Promise<void>;
}

export interface HoldRequest {
  to: URL;
  headers?: Record<string, string>;
  /** Of a WebSocket. */
  protocols?: string[];
  /** Cuts it, open or not. */
  signal?: AbortSignal;
  /** For how long there may be neither anything they say nor a sign of life. A minute, unless told. */
  silenceMs?: number;
  /** Called once it is begun. */
  watch?(): HeldWatch;
}

/** Hears how one stream that is held fares. */
export interface HeldWatch {
  opened(): void;
  heard(): void;
  /** Once, opened or not. `null`: nothing was wrong. */
  over(fault: CallError | null): void;
}

export interface HoldOptions extends Partial<EgressOptions> {
  /** Of one message or event, and of all that nobody has read yet. */
  maxBytes?: number;
  clock?: Clock;
}

/**
 * Holds what another company's system goes on saying. Rejects with a `CallError`, as a call does. What is held ends where they end it,
 * where it is given up or the bridge stops, and rejects where it breaks; whoever wants more begins it again.
 */
export interface Hold {
  /** Resolves once the WebSocket is open. */
  socket(request: HoldRequest): Promise<HeldSocket>;
  /** Server-sent events, for one reader; resolves once they have agreed. What was missed is asked for in the header that they want. */
  events(request: HoldRequest): Promise<AsyncIterable<ServerEvent>>;
}
