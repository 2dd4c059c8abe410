import { join } from "node:path";
import { systemClock, type Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { ExportConfig } from "./config-export.ts";
import { exportBucket } from "./export/bucket.ts";
import type { ExportTarget } from "./export/export.ts";
import { exportFolder } from "./export/folder.ts";
import type { Fanout } from "./fanout/fanout.ts";
import { inProcessFanout } from "./fanout/in-process.ts";
import { natsFanout } from "./fanout/nats.ts";
import type { BusOptions } from "./fanout/over-bus.ts";
import { postgresFanout } from "./fanout/postgres.ts";
import { createBucket } from "./files/bucket.ts";
import type { FileStore } from "./files/files.ts";
import { createFolder } from "./files/folder.ts";
import type { Incoming } from "./files/incoming.ts";
import { doubtsAboutPostgres } from "./store/postgres-doubts.ts";
import { postgresStore } from "./store/postgres.ts";
import { sqliteStore } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";

type Backing = Pick<Config, "data" | "store" | "fanout">;

/** The store that the configuration names, up to date and ready. Rejects with a sentence that a person can act on. */
export async function openStore({ store, data }: Backing, clock: Clock): Promise<Store> {
  const isTurned = clock !== systemClock;
  // Where tests turn the clock, nothing else is waited for.
  if (store === "sqlite") return sqliteStore(sqliteFile(data), isTurned ? { now: clock.now, gatherMs: 0 } : {});
  // There it also takes the place of the database's, which in life is everybody's.
  return postgresStore(store.postgres.reveal(), isTurned ? { now: clock.now } : {});
}

/** What in the store's own settings may cost lines that were acknowledged (F24): one sentence each. */
export async function doubtsAboutStore({ store }: Backing): Promise<string[]> {
  return store === "sqlite" ? [] : doubtsAboutPostgres(store.postgres.reveal());
}

/** Left to itself, a bridge on PostgreSQL hints over PostgreSQL: it cannot know whether it is alone. */
export function openFanout({ store, fanout }: Backing, options: BusOptions): Fanout {
  if (store === "sqlite") return inProcessFanout();
  if (fanout === undefined || fanout === "postgres") return postgresFanout(store.postgres.reveal(), options);
  return natsFanout(typeof fanout.nats === "string" ? fanout.nats : fanout.nats.reveal(), options);
}

/** Where files are kept. */
export function openFileStore({ data, fileStore }: Pick<Config, "data" | "fileStore">, incoming: Incoming): FileStore {
  return fileStore === "folder" ? createFolder(filesFolder(data), incoming) : createBucket(fileStore.bucket, incoming);
}

/** Where conversations that have ended are written to. */
export function openExport({ to }: ExportConfig): ExportTarget {
  return "folder" in to ? exportFolder(to.folder) : exportBucket(to.bucket, to.bucket.prefix);
}

export const exportScratch = (data: string): string => join(data, "export");
export const filesFolder = (data: string): string => join(data, "files");
export const sqliteFile = (data: string): string => join(data, "baton.db");
