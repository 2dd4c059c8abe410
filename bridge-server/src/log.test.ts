import { expect, test } from "vitest";
import { createLog, faultOf, levelFrom, logAbout, type LogEvent } from "./log.ts";

const now = () => new Date("2026-11-22T12:00:00Z");
const CANARY = "canary 4111 1111 1111 1111";

function lines(level?: "debug" | "info" | "warn") {
  const written: string[] = [];
  return { written, log: createLog({ write: (line) => void written.push(line) }, { now, ...(level && { level }) }) };
}

test("a line is one JSON object that says when, how grave and what", () => {
  const { written, log } = lines();
  log({ event: "started", level: "info", port: 3001 });
  expect(written).toEqual([`{"level":"info","at":"2026-11-22T12:00:00.000Z","port":3001,"event":"started"}\n`]);
});

test("T44 a line break in a value cannot begin a line of its own", () => {
  const { written, log } = lines();
  log({ event: "call_failed", level: "warn", error: 'one\n{"level":"error","event":"forged"}\r\n\u2028two' });
  expect(written).toHaveLength(1);
  expect(written[0]!.trimEnd()).not.toMatch(/[\r\n]/);
  expect(JSON.parse(written[0]!)).toMatchObject({ event: "call_failed", error: expect.stringContaining("forged") });
});

test("T43 what is not on the list is not written, whoever passed it", () => {
  const { written, log } = lines("debug");
  log({ event: "call_failed", level: "debug", text: CANARY, headers: { authorization: CANARY } } as LogEvent); // as untyped code could
  expect(written.join("")).not.toContain("canary");
});

test("whom work is about is on every line of it, and on no other", async () => {
  const { written, log } = lines();
  const work = (job: number) =>
    logAbout({ conversation: `c${job}`, job }, async () => {
      await Promise.resolve();
      log({ event: "assistant_called", level: "info" });
    });
  await Promise.all([work(1), work(2)]);
  log({ event: "started", level: "info" });
  expect(written.map((line) => JSON.parse(line))).toMatchObject([{ job: 1, conversation: "c1" }, { job: 2 }, { event: "started" }]);
  expect(written[2]).not.toContain("job");
});

test("what is less grave than asked for is not written", () => {
  const { written, log } = lines("warn");
  log({ event: "started", level: "info" });
  log({ event: "call_failed", level: "warn" });
  expect(written).toHaveLength(1);
  expect([levelFrom(undefined), levelFrom("debug"), levelFrom("loud")]).toEqual(["info", "debug", null]);
});

test("a value is cut before it fills the disk", () => {
  const { written, log } = lines();
  log({ event: "call_failed", level: "warn", error: "x".repeat(1_000_000) });
  expect(written[0]!.length).toBeLessThan(3_000);
});

test.for<[string, () => unknown]>([
  ["an error", () => new TypeError(CANARY)],
  ["one whose words have lines", () => new Error(`${CANARY}\n    at ${CANARY} (file.ts:1:1)`)],
  ["one that quotes what it read", () => caught(() => JSON.parse(`{"text": ${CANARY}`))],
  ["one with a name of its own", () => Object.assign(new Error("x"), { name: CANARY, code: CANARY })],
  ["one that another caused", () => new Error("outer", { cause: new Error(CANARY) })],
  ["words", () => CANARY],
])("T43 of %s only class, code and place are told", ([, make]) => {
  const told = faultOf(make());
  expect(told).not.toMatch(/canary|4111/);
  expect(told).not.toContain("\n");
  expect(told.length).toBeGreaterThan(5);
});

test("a fault leads to where it happened", () => {
  expect(faultOf(Object.assign(new RangeError("x"), { code: "ERR_OUT_OF_RANGE" }))).toMatch(
    /^RangeError ERR_OUT_OF_RANGE at .*log\.test\.ts:\d+/,
  );
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
