import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresStore } from "@baton/bridge-server/store/postgres";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import type { Store } from "@baton/bridge-server/store/store";
import { newPostgresDatabase, noPostgres } from "../engines/lent.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** Makes new, empty data and says how it is opened, the first time and again. A store that is added here is held to every rule. */
export const storeKinds: Record<string, (now: () => Date) => () => Promise<Store>> = {
  sqlite(now) {
    const path = join(mkdtempSync(join(tmpdir(), "baton-store-")), "bridge.db");
    return async () => sqliteStore(path, { now });
  },
  postgres(now) {
    const url = newPostgresDatabase();
    return async () => postgresStore(await url, { now });
  },
};

/** Why a store cannot be tried here. */
export const absentStores: Record<string, string | null> = { postgres: noPostgres };

/** Lends a new store to a rule, and closes it whatever comes of it. */
export async function withStore(kind: string, check: (test: StoreUnderTest) => Promise<void>): Promise<void> {
  let time = Date.parse("2026-11-22T12:00:00.000Z");
  const clock = { now: () => new Date(time), pass: (ms: number) => void (time += ms) };
  const open = storeKinds[kind]!(clock.now); // asked for by its own name
  let store = await open();
  try {
    await check({
      store,
      clock,
      async reopen() {
        await store.close();
        store = await open();
        return store;
      },
    });
  } finally {
    await store.close();
  }
}
