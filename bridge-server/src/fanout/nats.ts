import { connect } from "@nats-io/transport-node";
import type { Fanout } from "./fanout.ts";
import { fanoutOverBus, type BusOptions } from "./over-bus.ts";

const SUBJECT = "baton.hints";
/** Well below what a server takes by default, which is 1 MB. */
const MAX_BYTES = 64_000;
const WITHIN_MS = 2_000;

/** Over NATS, for more hints than a database should carry. Several addresses are separated by commas; a name or token may stand in one. */
export function natsFanout(url: string, options: BusOptions = {}): Fanout {
  return fanoutOverBus(async (heard, lost) => {
    const connection = await connect({
      servers: url.split(",").map((server) => hostOf(server.trim())),
      ...credentialsOf(url),
      name: "baton",
      timeout: WITHIN_MS,
      reconnect: false, // the bus above does that, for every kind of line alike
    });
    const waiting = new Set<(error: Error) => void>();
    void connection.closed().then(breakOff);
    connection.subscribe(SUBJECT, { callback: (error, message) => void (error === null && heard(message.string())) });
    await arrived();
    return {
      maxBytes: MAX_BYTES,
      async send(text) {
        connection.publish(SUBJECT, text);
        await arrived();
      },
      close: () => connection.close(),
    };

    function breakOff(): void {
      const error = new Error("the connection is closed");
      for (const fail of waiting) fail(error);
      lost();
    }

    /** The server has read everything up to here. No race with the end of the connection: whatever is raced keeps something of every race. */
    async function arrived(): Promise<void> {
      const { promise, reject, resolve } = Promise.withResolvers<void>();
      waiting.add(reject);
      connection.flush().then(resolve, reject);
      await promise.finally(() => waiting.delete(reject));
    }
  }, options);
}

function hostOf(server: string): string {
  const { protocol, host } = new URL(server);
  return `${protocol}//${host}`;
}

function credentialsOf(url: string) {
  const { username, password } = new URL(url.split(",")[0] ?? "");
  if (username === "") return {};
  const user = decodeURIComponent(username);
  return password === "" ? { token: user } : { user, pass: decodeURIComponent(password) };
}
