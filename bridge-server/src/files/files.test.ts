import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFiles } from "./files.ts";
import { createFolder } from "./folder.ts";
import { createIncoming } from "./incoming.ts";
import { fileKinds, kindOf } from "./kinds.ts";
import { cleanName } from "./names.ts";

const key = { site: "shop", id: "c-1" };
const rules = { kinds: [...fileKinds], maxBytes: 1_000 };
let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "baton-files-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function* inParts(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}
const start = () => createFiles(createFolder(root, createIncoming(root)), "https://chat.example");
const filesUnder = () => readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;

describe("a file", () => {
  test("is the same whether it comes in one part or byte by byte", async () => {
    const whole = await start().keep(key, "one", "a.txt", inParts("Größe 42"), rules);
    const bytes = [...Buffer.from("Größe 42")].map((byte) => Uint8Array.of(byte));
    const parts = await start().keep(key, "two", "a.txt", inParts(...bytes), rules);
    expect(parts).toEqual(whole);
    expect(whole.size).toBe(10);
  });
  test.each([
    ["is larger than it may be, at whichever part that shows", inParts("a".repeat(600), "a".repeat(600)), "too_large"],
    ["begins as text and goes on as something else", inParts("a".repeat(100), Uint8Array.of(0, 1)), "wrong_kind"],
    ["ends in the middle of a letter", inParts("Gr\u00f6".slice(0, 2), Uint8Array.of(0xc3)), "wrong_kind"],
    ["has nothing in it", inParts(), "empty"],
  ])("that %s is refused, and nothing of it is kept", async (_, bytes, why) => {
    await expect(start().keep(key, "one", "a.txt", bytes, rules)).rejects.toMatchObject({ why });
    expect(filesUnder()).toBe(0);
  });
  test("of another kind than the site takes is refused", async () => {
    const only = { ...rules, kinds: ["png" as const] };
    await expect(start().keep(key, "one", "a.png", inParts("%PDF-1.7"), only)).rejects.toMatchObject({ why: "wrong_kind" });
  });
  test("cannot be named so that it lies somewhere else", async () => {
    await expect(start().keep(key, "../one", "a.txt", inParts("a"), rules)).rejects.toThrow();
    expect(await start().openByLink({ folder: "..", name: "x" }, { until: "9", signature: "" }, new Date(0))).toBeNull();
  });
  test("that a folder has no room for is a failure that passes, not a refusal", async () => {
    writeFileSync(join(root, "incoming"), "in the way");
    await expect(start().keep(key, "one", "a.txt", inParts("a"), rules)).rejects.toMatchObject({ name: "FilesUnavailable" });
  });
});

test.each([
  ["\x89PNG\r\n\x1a\n", "png"],
  ["\xff\xd8\xff\xe0", "jpeg"],
  ["GIF89a", "gif"],
  ["RIFF\x10\0\0\0WEBP", "webp"],
  ["RIFF\x10\0\0\0WAVE", "unknown"],
  ["%PDF-1.4", "pdf"],
  ["a,b\r\n1,2", "text"],
  ["PK\x03\x04", "unknown"],
  ["MZ\x90\0", "unknown"],
])("what begins with %j is %s", (begins, kind) => {
  expect(kindOf(Buffer.from(begins, "latin1")).kind).toBe(kind);
});

test.each([
  ["photo.PNG", "photo.png"],
  ["photo.jpg", "photo.jpg.png"],
  ["../../etc/passwd", "passwd.png"],
  ["C:\\secret\\a.png", "a.png"],
  ["gnp.\u202Eexe", "gnp.exe.png"],
  ["  .htaccess", "htaccess.png"],
  ["", "file.png"],
  [`${"x".repeat(300)}.png`, `${"x".repeat(100)}.png`],
  ['a<b>"c|?*.png', "abc.png"],
  ["Größe 👩🏽‍🦽.png", "Größe 👩🏽🦽.png"],
])("the image %j is called %j (T4, T39)", (given, name) => {
  expect(cleanName(given, { extensions: ["png"] })).toBe(name);
});
