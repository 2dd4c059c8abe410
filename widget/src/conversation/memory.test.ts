import { expect, test } from "vitest";
import { createMemory } from "./memory.ts";
import { createTestStorage } from "./test-storage.ts";

const line = { id: "1", text: "hello", at: 1 };

test("T12 two sites on one page share nothing", () => {
  const storage = createTestStorage();
  createMemory("one", () => storage).write("draft", "secret");
  expect(createMemory("two", () => storage).read("draft")).toBeNull();
});

test.each(["reading", "writing"] as const)(
  "F36 where %s is forbidden it remembers for this page, and says that it does not last",
  (what) => {
    const storage = createTestStorage();
    storage.refuse(what);
    const memory = createMemory("shop", () => storage);
    memory.write("draft", "typed");
    memory.keepLine(line);
    expect(memory.lasts).toBe(false);
    expect(memory.read("draft")).toBe("typed");
    expect(memory.lines()).toEqual([line]);
    memory.dropLine("1");
    expect(memory.lines()).toEqual([]);
  },
);

test("F36 storage that is not there at all is the same", () => {
  const memory = createMemory("shop", () => {
    throw new ReferenceError("localStorage is not defined");
  });
  memory.write("seen", 3);
  expect([memory.lasts, memory.read("seen")]).toEqual([false, 3]);
});

test("F36 storage that fills up keeps the newest in this page", () => {
  const storage = createTestStorage();
  const memory = createMemory("shop", () => storage);
  memory.write("draft", "old");
  storage.refuse("writing");
  memory.write("draft", "new");
  expect(memory.read("draft")).toBe("new");
});

test.each(["42", "[]", "{}", '{"version":99}', '"words"', "null", "true"])(
  "F36 %s, written by another version, counts as forgotten where it does not fit",
  (value) => {
    const storage = createTestStorage();
    for (const name of ["session", "draft", "seen", "told"]) storage.setItem(`baton:shop:${name}`, value);
    const memory = createMemory("shop", () => storage);
    expect(memory.read("session")).toBeNull();
    expect(typeof (memory.read("draft") ?? "")).toBe("string");
    expect(typeof (memory.read("seen") ?? 0)).toBe("number");
    expect(typeof (memory.read("told") ?? "")).toBe("string");
  },
);

test("F36 what is spoilt counts as forgotten", () => {
  const storage = createTestStorage();
  storage.setItem("baton:shop:draft", "{not json");
  storage.setItem("baton:shop:line:1", '{"id":1}');
  const memory = createMemory("shop", () => storage);
  expect(memory.read("draft")).toBeNull();
  expect(memory.lines()).toEqual([]);
});
