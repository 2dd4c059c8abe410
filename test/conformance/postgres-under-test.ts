import { postgresStore, type PostgresOptions } from "@baton/bridge-server/store/postgres";
import type { Store } from "@baton/bridge-server/store/store";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import { openLine } from "../engines/line.ts";
import { newPostgresDatabase } from "../engines/lent.ts";

/** A store that is closed when the test is over. */
export async function opened(url: string, options: PostgresOptions = {}): Promise<Store> {
  const store = await postgresStore(url, options);
  onTestFinished(() => store.close());
  return store;
}

/** A store on a line that can be broken, and a way around it to ask the database directly. One connection, so that requests can be counted. */
export async function storeOverLine({ most = 1 } = {}) {
  const url = await newPostgresDatabase();
  const line = await openLine(Number(new URL(url).port));
  const store = await postgresStore(Object.assign(new URL(url), { port: line.port }).href, { most });
  onTestFinished(async () => {
    line.mend();
    await store.close();
    await line.close();
  });
  return { url, line, store, query: await asking(url) };
}

/** Asks a database directly. */
export async function asking(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return async (text: string, values: unknown[] = []) => (await client.query<Record<string, unknown>>(text, values)).rows;
}
