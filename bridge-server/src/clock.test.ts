import { expect, test } from "vitest";
import { steadily, systemClock } from "./clock.ts";

const HOUR = 3_600_000;

/** A machine with a clock that somebody sets, and a time that only passes. */
function machine() {
  let wall = Date.parse("2026-11-23T10:00:00Z");
  let passed = 5;
  return {
    now: steadily(
      () => wall,
      () => passed,
    ),
    set: (ms: number) => void (wall += ms),
    pass(ms: number) {
      passed += ms;
      wall += ms;
    },
  };
}

test("F35 time goes on where it was when the machine's clock is set back by an hour", () => {
  const { now, set, pass } = machine();
  const before = now().getTime();
  set(-HOUR);
  expect(now().getTime() - before).toBe(0);
  pass(1_000);
  expect(now().getTime() - before).toBe(1_000);
});

test("F35 a clock that is set forward is followed at once, and what went back before counts no more", () => {
  const { now, set, pass } = machine();
  const before = now().getTime();
  set(-HOUR);
  pass(10);
  set(2 * HOUR);
  expect(now().getTime() - before).toBe(HOUR + 10);
});

test("what is overdue is done at once, and nothing is written about it", async () => {
  const warnings: string[] = [];
  const warned = ({ name }: Error) => void warnings.push(name);
  process.on("warning", warned);
  await new Promise<void>((done) => {
    const alive = setTimeout(() => {}, 10_000);
    systemClock.after(-1_000, () => (clearTimeout(alive), done()));
  });
  await new Promise((done) => setImmediate(done)); // warnings come a tick late
  process.off("warning", warned);
  expect(warnings).toEqual([]);
});
