import type { Context } from "hono";
import type { Bridge } from "../bridge.ts";
import type { Arrival } from "../bridge-followers.ts";
import type { Clock } from "../clock.ts";
import type { FailureReason } from "../conversation/lifecycle.ts";
import type { EntryBody } from "../conversation/records.ts";
import { streamedPoint } from "../failpoint-choices.ts";
import { failpoint } from "../failpoint.ts";
import { PROTOCOL_VERSION, type ServerMessage } from "../protocol.ts";
import type { Entry } from "../store/store.ts";
import { ALREADY_SENT } from "./already-sent.ts";
import type { Departure } from "./departure.ts";
import { drained } from "./drained.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { createCounter } from "./limits.ts";
import type { Listeners } from "./listeners.ts";
import { Refusal } from "./problem.ts";
import { letIn, siteView, type VisitorEnv, type VisitorParts } from "./visitor.ts";

/** How long a request for JSON is held until there is something to say. */
const HOLD_MS = 25_000;
const MAX_PER_CONVERSATION = 8;
/** What a slow reader may let pile up before the rest waits in the store. One that reads nothing for so long is let go (F38). */
const MAX_BUFFERED_BYTES = 256 * 1024;
const STUCK_AFTER_MS = 30_000;
/** Long enough for a proxy to have noticed; the widget adds up to as much again, so that not everybody comes back at once. */
const BACK_IN_MS = 500;
const BYE: ServerMessage = { type: "bye", retryMs: BACK_IN_MS };

export interface StreamParts {
  bridge: Bridge;
  clock: Clock;
  site: VisitorParts["site"];
  sendsMail: boolean;
  streams: ReturnType<typeof createCounter>;
  listeners: Listeners;
  heartbeat: Heartbeat;
  departure: Departure;
}

type StreamContext = Context<VisitorEnv>;

/** `GET /v1/conversations/:id/entries?after=n`: a stream, or JSON for those behind a proxy that holds streams back. */
export function entriesRoute(parts: StreamParts) {
  return async (c: StreamContext): Promise<Response> => {
    const after = Number(c.req.query("after") ?? 0);
    if (!Number.isSafeInteger(after) || after < 0) throw new Refusal("invalid", "after: write the number of the last entry you have");
    const arrival = await arrive(c, after, parts);
    try {
      if (c.env.outgoing.destroyed) return ALREADY_SENT; // left while being let in: its "close" has been, and will not come again
      const leave = enter(c, parts);
      const wantsStream = (c.req.header("accept") ?? "").includes("text/event-stream");
      return wantsStream ? stream(c, arrival, parts, leave) : await longPoll(c, arrival, parts).finally(leave);
    } finally {
      arrival.leave(); // unless it follows by now
    }
  };
}

/** Lets a visitor in, who listens from here on: nothing that happens meanwhile is missed. */
async function arrive(c: StreamContext, after: number, { bridge, site }: StreamParts): Promise<Arrival> {
  const arrived: Arrival[] = [];
  try {
    await letIn(c, site, async (token) => {
      const arrival = await bridge.arrive(token, c.req.param("id") ?? "", after);
      if (arrival) arrived.push(arrival);
      return arrival?.known ?? null;
    });
    return arrived[0]!; // nobody else is let in
  } catch (error) {
    arrived[0]?.leave();
    throw error;
  }
}

/** Counts a listener in. What is returned is called when the listener has gone, once. Throws a `Refusal` when there are too many. */
function enter(c: StreamContext, { streams, listeners }: StreamParts): () => void {
  const { key, address, site } = c.var;
  const [here, there] = [`conversation ${key.id}`, `address ${address}`];
  if (!streams.enter(here, MAX_PER_CONVERSATION)) throw new Refusal("too_fast", "too many streams are open", 5);
  if (!streams.enter(there, site.limits.perAddress.streams)) {
    streams.leave(here);
    throw new Refusal("too_fast", "too many streams are open", 5);
  }
  if (!listeners.enter(site, key.site)) {
    streams.leave(here);
    streams.leave(there);
    throw new Refusal("busy", "too many are listening", 5);
  }
  return () => {
    streams.leave(here);
    streams.leave(there);
    listeners.leave(key.site);
  };
}

/** Written to Node's own response: measured at half the memory of a web stream per connection. */
function stream(
  c: StreamContext,
  arrival: Arrival,
  { bridge, clock, heartbeat, departure, sendsMail }: StreamParts,
  leave: () => void,
): Response {
  const { key } = c.var;
  const { incoming, outgoing } = c.env;
  let stopFollowing = () => {};
  let forget = () => {};
  let state: "open" | "ending" | "gone" = "open";
  const isOpen = () => state === "open"; // asked anew after every wait

  // Not in chunks: a stream ends with its connection anyway, and framing each event twice cost three buffers a write.
  outgoing.removeHeader("transfer-encoding");
  outgoing.writeHead(200, {
    ...c.var.headers,
    connection: "close",
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
  });
  // A stream may last for hours, and what was asked for it would last as long: its headers, and the adapter's view of them.
  incoming.headers = {};
  incoming.rawHeaders = [];
  outgoing.removeAllListeners("close").on("close", stop);
  outgoing.on("error", () => {}); // "close" follows
  const stopBeating = heartbeat.join(beat);

  write(frame(hello(c, arrival, sendsMail)));
  void bridge.seen(key);
  forget = departure.join(goAway);
  if (isOpen()) stopFollowing = arrival.follow(deliver, aside);
  return ALREADY_SENT;

  /** A long history goes out piece by piece, as fast as it is read. */
  function deliver(entries: Entry<EntryBody>[]): Promise<void> | undefined {
    let piece = "";
    let count = 0;
    while (count < entries.length && piece.length < MAX_BUFFERED_BYTES) {
      const entry = entries[count++]!; // within the list
      piece += frame({ type: "entry", entry: view(entry) }, entry.seq);
    }
    if (piece !== "") write(piece);
    failpoint(streamedPoint(entries.slice(0, count)));
    if (isOpen() && outgoing.writableLength > MAX_BUFFERED_BYTES) return room().then(() => deliver(entries.slice(count)));
    return count < entries.length ? deliver(entries.slice(count)) : undefined;
  }
  function room(): Promise<void> {
    return drained(outgoing).finally(clock.after(STUCK_AFTER_MS, () => outgoing.destroy()));
  }
  function aside(what: string): void {
    const message = asideMessage(what);
    if (message) write(frame(message));
  }
  function beat(): void {
    void bridge.seen(key);
    write(": \n\n");
  }
  function goAway(): void {
    write(`retry: ${BACK_IN_MS}\n${frame(BYE)}`);
    if (isOpen()) state = "ending"; // until all of it has been read: then comes "close"
    outgoing.end();
  }
  function write(text: string): void {
    if (isOpen()) outgoing.write(text);
  }
  function stop(): void {
    if (state === "gone") return;
    state = "gone";
    stopBeating();
    stopFollowing();
    forget();
    leave();
  }
}

async function longPoll(c: StreamContext, arrival: Arrival, { bridge, clock, departure, sendsMail }: StreamParts): Promise<Response> {
  const { key } = c.var;
  void bridge.seen(key);
  const messages: ServerMessage[] = [hello(c, arrival, sendsMail)];
  await new Promise<void>((done) => {
    const stopWaiting = clock.after(HOLD_MS, finish);
    c.req.raw.signal.addEventListener("abort", finish, { once: true });
    let unfollow = () => {};
    let forget = () => {};
    let isDone = false;
    unfollow = arrival.follow(deliver, aside);
    if (isDone) return unfollow(); // there was something at once
    forget = departure.join(goAway);

    function deliver(entries: Entry<EntryBody>[]): void {
      if (isDone || entries.length === 0) return;
      for (const entry of entries) messages.push({ type: "entry", entry: view(entry) });
      finish();
    }
    function aside(what: string): void {
      const message = asideMessage(what);
      if (isDone || !message) return;
      messages.push(message);
      finish();
    }
    function goAway(): void {
      messages.push(BYE);
      finish();
    }
    function finish(): void {
      isDone = true;
      stopWaiting();
      unfollow();
      forget();
      done();
    }
  });
  return c.json({ messages });
}

function hello(c: StreamContext, { conversation }: Arrival, sendsMail: boolean): ServerMessage {
  return {
    type: "hello",
    version: PROTOCOL_VERSION,
    phase: conversation?.lifecycle.phase ?? "automated",
    lastSeq: conversation?.lastSeq ?? 0,
    site: siteView(c.var.site, sendsMail),
  };
}

/** What a visitor sees of an entry. The handoff's name stays here: it opens the operators' API. */
function view({ seq, at, body }: Entry<EntryBody>): Extract<ServerMessage, { type: "entry" }>["entry"] {
  if (body.type !== "phase_changed") return { seq, at, body };
  const { handoff: _, by, reason, ...rest } = body;
  const who = by === "operator" || by === "passed_on" ? "agent" : by; // to a visitor all of them are people
  return { seq, at, body: { ...rest, ...(who && { by: who }), ...(reason && { reason: seenReason(reason) }) } };
}

/** Whose word it is that nobody comes makes no difference to whoever waits. */
const seenReason = (reason: FailureReason) => (reason === "failure_state" ? "vendor_refused" : reason);

function asideMessage(what: string): ServerMessage | null {
  if (what === "typing on" || what === "typing off") return { type: "typing", by: "agent", on: what === "typing on" };
  return what === "read" ? { type: "read", by: "agent" } : null;
}

/** JSON has no line breaks of its own, so text cannot begin another field (T44). */
function frame(message: ServerMessage, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
}
