// Socket Mode: Slack's events over WebSockets that we open, for a bridge that Slack cannot reach. Whatever is not acknowledged comes again.
import * as z from "zod";
import { CallError } from "../call.ts";
import type { Hold } from "../hold/hold.ts";
import { createInbox } from "../hold/inbox.ts";
import type { HeldSocket } from "../hold/web-socket.ts";

/** That nobody has read yet. */
const MANY = 1_000;

export interface Envelope {
  /** As Slack would have delivered it. */
  payload: unknown;
  /** Nobody sent it: it was looked for, and may be sent as well. */
  isFound: boolean;
  /** Slack sends it again, perhaps elsewhere, until this is called. */
  acknowledge(): void;
}

/**
 * Everything that Slack has to tell, after what is `missed`, until `signal` is aborted; rejects where the connection breaks. Slack says
 * when it is about to close one: the next is open before that, so that nothing waits.
 */
export async function* envelopesFrom({ newUrl, missed }: Ways, hold: Hold, signal: AbortSignal): AsyncGenerator<Envelope> {
  const inbox = createInbox<Envelope>(MANY);
  const sockets = new Set<HeldSocket>();
  const over = () => inbox.end(null);
  let isOver = false;
  signal.addEventListener("abort", over, { once: true });
  try {
    await connect(); // first, so that nothing falls between
    const found = (await missed()).map((payload) => ({ payload, isFound: true, acknowledge() {} }));
    yield* [...found, ...inbox.takeAll()].sort((one, other) => timeOf(one) - timeOf(other));
    yield* inbox;
  } finally {
    isOver = true;
    signal.removeEventListener("abort", over);
    for (const socket of sockets) void socket.close();
  }

  async function connect(): Promise<void> {
    const socket = await hold.socket({ to: new URL(await newUrl()), signal });
    if (isOver) return void socket.close(); // Slack would tell it what nobody reads
    sockets.add(socket);
    void read(socket);
  }

  /** Whatever ends the last one ends everything, and is told to whoever reads. */
  async function read(socket: HeldSocket): Promise<void> {
    let fault: unknown = new CallError("unreachable", "slack: the connection was closed");
    try {
      for await (const text of socket.messages) await take(text, socket);
    } catch (error) {
      fault = error;
    }
    sockets.delete(socket);
    void socket.close();
    if (sockets.size === 0) inbox.end(fault as Error); // as it was thrown
  }

  async function take(text: string, socket: HeldSocket): Promise<void> {
    const told = toldIn(text);
    if (told.type === "disconnect") {
      if (told.reason === "link_disabled") throw new CallError("refused", "slack: Socket Mode was switched off for the app");
      // Where that fails, this one ends as well, and all of it is begun again.
      await connect().catch(() => {});
    }
    const { envelope_id, payload } = told;
    if (envelope_id === undefined) return;
    const acknowledge = () => socket.send(JSON.stringify({ envelope_id }));
    if (!inbox.put({ payload, isFound: false, acknowledge }, 1)) throw new CallError("unclear", "slack: more at once than anybody reads");
  }
}

interface Ways {
  /** Where Slack wants to be connected to: good for one time. */
  newUrl(): Promise<string>;
  /** What was said while nobody was connected, as Slack would have told it. */
  missed(): Promise<unknown[]>;
}

const Timed = z.union([
  z.object({ event: z.object({ ts: z.string() }) }).transform(({ event }) => event.ts),
  z.object({ actions: z.tuple([z.object({ action_ts: z.string() })]) }).transform(({ actions }) => actions[0].action_ts),
]);

/** What has none comes first, as it stood. */
function timeOf({ payload }: Envelope): number {
  return Number(Timed.safeParse(payload).data ?? 0);
}

const Told = z.object({
  type: z.string(),
  reason: z.string().nullish(),
  envelope_id: z.string().optional(),
  payload: z.unknown().optional(),
});

function toldIn(text: string): z.infer<typeof Told> {
  try {
    return Told.parse(JSON.parse(text));
  } catch {
    throw new CallError("unclear", "slack: it says what is no envelope"); // their own messages quote
  }
}
