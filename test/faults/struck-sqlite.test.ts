import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failSqlite, type SqliteFault } from "./struck-sqlite.ts"; // before any statement is prepared
import { automated } from "@baton/bridge-server/conversation/lifecycle";
import { sqliteStore } from "@baton/bridge-server/store/sqlite";
import { StoreUnavailable } from "@baton/bridge-server/store/store";
import { expect, onTestFinished, test } from "vitest";

const AWAY_MS = 60;
const key = { site: "shop", id: "c" };

function open() {
  const folder = mkdtempSync(join(tmpdir(), "baton-struck-"));
  const store = sqliteStore(join(folder, "baton.db"));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const decision = { lifecycle: automated("s"), entries: [{ text: "Hello" }], notes: [], jobs: [], names: [], turns: 0 };
  const say = (factId: string) => store.record({ key, factId, decide: () => decision });
  return { say, count: async () => (await store.entriesAfter(key, 0)).length };
}

test.each<[SqliteFault, number]>([
  ["io_error", 0],
  ["error_after_commit", 0],
  ["locked", AWAY_MS],
  ["full", AWAY_MS],
])("a file that fails by %s says that it cannot be used now, keeps what it had, and works again afterwards", async (fault, forMs) => {
  const { say, count } = open();
  await say("before");
  let struck = 0;
  let ms = 0;
  failSqlite(fault, { forMs, struck: () => void struck++, now: () => ms });
  await expect(say("during")).rejects.toThrow(StoreUnavailable);
  expect(await count()).toBe(fault === "error_after_commit" ? 2 : 1);
  if (forMs > 0) await expect(say("still")).rejects.toThrow(StoreUnavailable);
  ms += forMs;
  expect((await say("during")).repeats !== null).toBe(fault === "error_after_commit");
  expect(await count()).toBe(2);
  expect(struck).toBe(1);
});
