import { subscribe } from "node:diagnostics_channel";
import { ping, WebSocket, type Dispatcher } from "undici";
import { CallError, failure, flat } from "../call.ts";
import { createInbox } from "./inbox.ts";
import type { HoldRequest, Line } from "./hold.ts";

/** Codes by which whoever closes a WebSocket says that nothing is wrong. */
const FINE = new Set([1000, 1001]);

export interface HeldSocket {
  /** What they say, message by message, for one reader. Bytes that are no text are left out. */
  messages: AsyncIterable<string>;
  /** Does nothing once it is closed. */
  send(text: string): void;
  /** Says goodbye, and waits a second at most for an answer. */
  close(): Promise<void>;
}

export async function openWebSocket(line: Line, { to, headers = {}, protocols = [] }: HoldRequest): Promise<HeldSocket> {
  const inbox = createInbox<string>(line.maxBytes);
  let isHeard = false;
  const heard = () => {
    isHeard = true;
    line.heard();
  };
  let refusal: CallError | null = null;
  const dispatcher = line.agent.compose(
    (dispatch) => (options, handler) =>
      dispatch(
        options,
        noticingAnswer(handler, (status, received) => {
          refusal = failure(line.name, { headers }, { status, headers: flat(received), bytes: Buffer.alloc(0) });
        }),
      ),
  );
  const socket = new WebSocket(to, { dispatcher, protocols, headers });
  socket.addEventListener("message", ({ data }) => {
    heard();
    if (typeof data === "string" && !inbox.put(data, data.length)) line.cut("more at once than anybody reads");
  });
  socket.addEventListener("close", ({ code }) => line.cut(FINE.has(code) ? null : `closed with ${code}`));
  await new Promise<void>((done, failed) => {
    socket.addEventListener("open", () => done());
    line.whenCut(() => failed(refusal ?? line.fault() ?? new CallError("unreachable", `${line.name}: given up`)));
  });
  onPong(socket, heard);
  const stopLooking = lookForLife(line, () => {
    const was = isHeard;
    isHeard = false;
    ping(socket);
    return was;
  });
  line.whenCut(() => {
    stopLooking();
    inbox.end(line.fault());
  });
  line.onEnd(() => socket.close(1000));
  return {
    messages: inbox,
    send(text) {
      socket.send(text);
      if (socket.bufferedAmount > line.maxBytes) line.cut("they do not read what is said");
    },
    close: line.end,
  };
}

/** Looks four times in a silence: one that is too long is noticed before it is a quarter longer, and a machine that slept has missed one look. */
function lookForLife({ clock, silenceMs, cut }: Line, wasHeard: () => boolean): () => void {
  let silentLooks = 0;
  let cancel = clock.after(silenceMs / 4, look);
  return () => cancel();

  function look() {
    silentLooks = wasHeard() ? 0 : silentLooks + 1;
    if (silentLooks >= 4) cut(`nothing heard in ${silenceMs} ms`);
    else cancel = clock.after(silenceMs / 4, look);
  }
}

// A WebSocket as browsers have it tells nobody of pongs. undici tells of all of them in one place.
const listeners = new WeakMap<object, () => void>();
subscribe("undici:websocket:pong", (message) => listeners.get((message as { websocket: object }).websocket)?.()); // as undici documents it

function onPong(socket: WebSocket, run: () => void): void {
  listeners.set(socket, run);
}

/** Where a WebSocket was asked for, an ordinary answer is a refusal, and a WebSocket's own error does not tell which. */
function noticingAnswer(
  handler: Dispatcher.DispatchHandler,
  notice: (status: number, headers: Record<string, string | string[] | undefined>) => void,
): Dispatcher.DispatchHandler {
  return new Proxy(handler, {
    get(target, key) {
      if (key !== "onResponseStart") return Reflect.get(target, key) as unknown;
      return (...answer: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>) => {
        notice(answer[1], answer[2]);
        return target.onResponseStart?.(...answer);
      };
    },
  });
}
