import { Client } from "pg";
import type { Fanout } from "./fanout.ts";
import { fanoutOverBus, type BusOptions } from "./over-bus.ts";

/** PostgreSQL refuses a notice of 8,000 bytes or more. */
const MAX_BYTES = 7_900;
const WITHIN_MS = 2_000;

/** Over the database itself, on one connection of its own: nothing more to run. Enough for about a thousand hints a second. */
export function postgresFanout(url: string, options: BusOptions = {}): Fanout {
  return fanoutOverBus(async (heard, lost) => {
    const client = new Client({
      connectionString: url,
      application_name: "baton hints",
      connectionTimeoutMillis: WITHIN_MS,
      query_timeout: WITHIN_MS,
      keepAlive: true,
    });
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", ({ payload }) => heard(payload ?? ""));
    try {
      await client.connect();
      await client.query("LISTEN baton_hints");
    } catch (error) {
      void client.end().catch(() => {}); // it never was
      throw error;
    }
    let last: Promise<unknown> = Promise.resolve();
    return {
      maxBytes: MAX_BYTES,
      async send(text) {
        const own = last.then(() => client.query("SELECT pg_notify('baton_hints', $1)", [text])); // a connection takes one at a time
        last = own.catch(() => {}); // told to whoever sent it
        await own;
      },
      close: () => client.end(),
    };
  }, options);
}
