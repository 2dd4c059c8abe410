import { expect, test } from "vitest";
import { createTestClock } from "../connection/rehearsal.ts";
import { Refusal, type RefusalCode } from "../connection/refusal.ts";
import { createMemory } from "./memory.ts";
import { createOutbox } from "./outbox.ts";
import { createTestStorage } from "./test-storage.ts";

function start(storage = createTestStorage(), ...refusals: (RefusalCode | [RefusalCode, number] | null)[]) {
  const clock = createTestClock();
  const sent: string[] = [];
  const over: string[] = [];
  let atOnce = 0;
  let most = 0;
  const outbox = createOutbox(
    createMemory("shop", () => storage),
    clock,
    {
      maySend: () => over.length === 0,
      changed() {},
      over: (code) => over.push(code),
      async say({ text }) {
        most = Math.max(most, (atOnce += 1));
        await Promise.resolve();
        atOnce -= 1;
        const refusal = refusals.shift() ?? null;
        sent.push(refusal ? `(${text})` : text);
        if (refusal) throw typeof refusal === "string" ? new Refusal(refusal) : new Refusal(...refusal);
      },
    },
  );
  const press = (text: string) => outbox.press(text);
  return { clock, outbox, sent, over, press, most: () => most, states: () => outbox.lines.value.map(({ state }) => state) };
}

test("I-4 lines go out one at a time, in the order they were pressed", async () => {
  const { clock, press, sent, most } = start();
  ["one", "two", "three"].forEach(press);
  await clock.pass(1_000);
  expect(sent).toEqual(["one", "two", "three"]);
  expect(most()).toBe(1);
});

test("I-4 a line that cannot be delivered is tried again before those behind it, with the same id", async () => {
  const { clock, press, sent, states } = start(createTestStorage(), "unreachable", "busy");
  ["one", "two"].forEach(press);
  await clock.pass(100);
  expect(states()).toEqual([{ refused: "unreachable", afterMs: 0 }, "sending"]);
  await clock.pass(10_000);
  expect(sent).toEqual(["(one)", "(one)", "one", "two"]);
  expect(states()).toEqual(["sent", "sent"]);
});

test("I-5 a line is 'sent' only once the bridge has answered or its entry has come", async () => {
  const { clock, outbox, press, states } = start(createTestStorage(), "unreachable");
  press("one");
  expect(states()).toEqual(["sending"]);
  await clock.pass(100);
  outbox.remove(outbox.lines.value[0]!.id); // its entry: the answer was lost, the line was not
  await clock.pass(10_000);
  expect(states()).toEqual([]);
});

test("I-5 what was not confirmed survives a reload, in order; what was confirmed does not come back", async () => {
  const storage = createTestStorage();
  const before = start(storage, null, "unreachable", "unreachable", "unreachable");
  ["one", "two", "three"].forEach(before.press);
  await before.clock.pass(1_000);
  const { outbox, sent, clock } = start(storage);
  outbox.tryAgain();
  await clock.pass(1_000);
  expect(sent).toEqual(["two", "three"]);
});

test("too many at once: the line waits as long as it is told", async () => {
  const { clock, press, sent } = start(createTestStorage(), ["too_fast", 30]);
  press("one");
  await clock.pass(29_000);
  expect(sent).toEqual(["(one)"]);
  await clock.pass(2_000);
  expect(sent).toEqual(["(one)", "one"]);
});

test.each(["invalid", "too_large", "conflict", "ended", "too_much_today"] as const)(
  "a line refused as %s lets the others pass, and stays",
  async (code) => {
    const { clock, press, sent, states } = start(createTestStorage(), code);
    ["one", "two"].forEach(press);
    await clock.pass(60_000);
    expect(sent).toEqual(["(one)", "two"]);
    expect(states()).toEqual([{ refused: code, afterMs: 0 }, "sent"]);
  },
);

test("'Try again' does not wait for the pause to end", async () => {
  const { clock, outbox, press, sent } = start(createTestStorage(), "unreachable", "unreachable", "unreachable", "unreachable");
  press("one");
  await clock.pass(8_000);
  const before = sent.length;
  outbox.tryAgain();
  await clock.pass(10);
  expect(sent.length).toBe(before + 1);
});

test("when the chat is over nothing more is sent", async () => {
  const { clock, press, sent, over } = start(createTestStorage(), "unauthorized");
  ["one", "two"].forEach(press);
  await clock.pass(60_000);
  expect(sent).toEqual(["(one)"]);
  expect(over).toEqual(["unauthorized"]);
});

test("F31 the same line twice is one line", async () => {
  const { clock, outbox, sent } = start();
  outbox.add({ id: "same", text: "one", at: 1 });
  outbox.add({ id: "same", text: "one", at: 1 });
  await clock.pass(1_000);
  expect(sent).toEqual(["one"]);
});
