import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkFiles } from "../diagnosis-files.ts";
import { knownSecret } from "../secret.ts";
import { createBucket } from "./bucket.ts";
import { createFiles, type FileStore } from "./files.ts";
import { createFolder } from "./folder.ts";
import { createIncoming } from "./incoming.ts";
import { fileKinds } from "./kinds.ts";
import { startBucket } from "./test-bucket.ts";

// What every place where files are kept owes, applied to all of them; then what only a storage elsewhere can do.

const head = { name: "a.txt", type: "text/plain", key: "k" };
const place = { folder: "one", name: "line" };
let root: string;
let storage: Awaited<ReturnType<typeof startBucket>>;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "baton-kept-"));
  storage = await startBucket();
});
afterEach(async () => {
  await storage.stop();
  rmSync(root, { recursive: true, force: true });
});

function bucket(secretAccessKey = storage.secretAccessKey): FileStore {
  const { address, region, accessKeyId } = storage;
  return createBucket(
    { address, region, accessKeyId: knownSecret(accessKeyId), secretAccessKey: knownSecret(secretAccessKey) },
    createIncoming(root),
  );
}
const stores: Record<string, () => FileStore> = { folder: () => createFolder(root, createIncoming(root)), bucket };

async function* inParts(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}
async function contentOf(store: FileStore): Promise<string | null> {
  const found = await store.get(place);
  return found && text(found.read());
}

describe.each(Object.keys(stores))("a %s", (name) => {
  const start = stores[name]!; // a key of it

  test("gives back what was put there, from the beginning each time, however large", async () => {
    const store = start();
    const content = "Größe 42\n".repeat(2_000);
    expect(await store.put(place, head, inParts(...content.match(/[^]{1,999}/g)!))).toBe("put");
    const found = await store.get(place);
    expect([found?.head, found?.size]).toEqual([head, Buffer.byteLength(content)]);
    expect([await text(found!.read()), await text(found!.read())]).toEqual([content, content]);
    expect(readdirSync(join(root, "incoming"))).toEqual([]);
  });
  test("keeps the first that was put at a place, of two at once one", async () => {
    const store = start();
    const outcomes = await Promise.all([store.put(place, head, inParts("one")), store.put(place, head, inParts("two"))]);
    expect(outcomes.toSorted()).toEqual(["put", "was_there"]);
    const first = await contentOf(store);
    expect(await store.put(place, head, inParts("three"))).toBe("was_there");
    expect(await contentOf(store)).toBe(first);
  });
  test("says of what is not there that it is not, and removes it without complaint", async () => {
    const store = start();
    expect(await store.get(place)).toBeNull();
    await store.remove(place);
    await store.removeFolder("none");
  });
  test("removes one file, and a folder with all that is in it and nothing else (I-19)", async () => {
    const store = start();
    const others = [
      { ...place, name: "other" },
      { ...place, name: "third" },
      { folder: "one-more", name: "line" },
    ] as const;
    for (const at of [place, ...others]) await store.put(at, head, inParts("content"));
    await store.remove(others[0]);
    expect([await store.get(others[0]), await contentOf(store)]).toEqual([null, "content"]);
    await store.removeFolder("one");
    expect([await store.get(place), await store.get(others[1])]).toEqual([null, null]);
    expect(await store.get(others[2])).not.toBeNull();
  });
});

test("a file of a folder can be copied into a bucket as it is", async () => {
  await createFolder(root, createIncoming(root)).put(place, head, inParts("content"));
  storage.objects.set("one/line", readFileSync(join(root, "one/line")));
  expect(await contentOf(bucket())).toBe("content");
});

test("a storage that knows no conditions still keeps what was there before", async () => {
  await storage.stop();
  storage = await startBucket({ knowsConditions: false });
  await bucket().put(place, head, inParts("one"));
  expect(await bucket().put(place, head, inParts("two"))).toBe("was_there");
});

test("what is refused on its way in never reaches the bucket", async () => {
  const files = createFiles(bucket(), "https://chat.example");
  const rules = { kinds: [...fileKinds], maxBytes: 10 };
  await expect(files.keep({ site: "shop", id: "c-1" }, "line", "a.txt", inParts("far too much of it"), rules)).rejects.toMatchObject({
    why: "too_large",
  });
  expect(storage.objects.size).toBe(0);
});

test.each([
  ["is away", () => storage.stop()],
  ["has trouble of its own", async () => storage.failWith(503)],
])("a storage that %s is a failure that passes, whatever is asked of it", async (_, trouble) => {
  const store = bucket();
  await store.put(place, head, inParts("content"));
  await trouble();
  const asked = [
    () => store.put(place, head, inParts("more")),
    () => store.get(place),
    () => store.remove(place),
    () => store.removeFolder("one"),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ name: "FilesUnavailable" });
});

test("the doctor puts a file there, reads and erases it; a key that is not the right one is told, and what to do", async () => {
  const config = (store: FileStore) =>
    checkFiles({ sites: { shop: { files: {} } }, fileStore: { bucket: { address: storage.address } } } as never, store); // what it looks at
  expect(await config(bucket())).toMatchObject([{ state: "good", says: expect.stringContaining("written, read and erased") }]);
  expect(storage.objects.size).toBe(0);
  expect(await config(bucket("another"))).toMatchObject([
    { state: "bad", says: expect.stringContaining("403"), next: expect.stringContaining("fileStore.bucket") },
  ]);
});
