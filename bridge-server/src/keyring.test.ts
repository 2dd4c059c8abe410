import { expect, onTestFinished, test } from "vitest";
import { createKeyring, digestOf } from "./keyring.ts";
import type { KeptKey } from "./store/audit.ts";
import { sqliteStore } from "./store/sqlite.ts";
import { handMovedClock } from "./work/test-time.ts";

const SECRET = "baton_a-key-that-somebody-was-given";
const key: KeptKey = {
  id: "k1",
  name: "crm",
  role: "viewer",
  scopes: null,
  digest: digestOf(SECRET),
  madeAt: "2026-11-22T12:00:00.000Z",
  madeBy: "kim",
  expiresAt: null,
  usedAt: null,
};

/** Another bridge, which has looked a moment ago, and the store that both have. */
async function begin() {
  const { clock } = handMovedClock();
  const store = sqliteStore(":memory:", { now: clock.now });
  onTestFinished(() => store.close());
  await store.saveOperatorKey(key);
  const keyring = createKeyring({ configured: [], secrets: ["s"], store, clock });
  await keyring.look();
  return { store, keyring };
}

test("T14 a key that is used elsewhere in the moment in which it is taken back stays taken back", async () => {
  const { store, keyring } = await begin();
  await store.removeOperatorKey("k1");
  expect(keyring.find(SECRET)).toMatchObject({ name: "crm" }); // it has not looked again yet
  await new Promise(setImmediate);
  expect(await store.operatorKeys()).toEqual([]);
  await keyring.look();
  expect(keyring.find(SECRET)).toBeNull();
});

test("T40 a key that is used elsewhere while it is changed for a new one ends when it was told to, and its use is known", async () => {
  const { store, keyring } = await begin();
  await store.endOperatorKey("k1", "2026-11-23T11:00:00.000Z");
  keyring.find(SECRET);
  await new Promise(setImmediate);
  expect(await store.operatorKeys()).toEqual([{ ...key, expiresAt: "2026-11-23T11:00:00.000Z", usedAt: "2026-11-23T10:00:00.000Z" }]);
});
