import { expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import { createCounter, createLimits } from "./limits.ts";

function start() {
  let now = 0;
  const clock: Clock = { now: () => new Date(now), after: () => () => {} };
  return { limits: createLimits(clock), pass: (ms: number) => (now += ms) };
}
const allowance = { burst: 3, amount: 6, perMs: 60_000 };

test("so many at once, then one per interval, and the wait that is told is exact", () => {
  const { limits, pass } = start();
  expect([1, 2, 3, 4].map(() => limits.take("line", "a", allowance))).toEqual([0, 0, 0, 10_000]);
  pass(9_999);
  expect(limits.take("line", "a", allowance)).toBe(1);
  pass(1);
  expect(limits.take("line", "a", allowance)).toBe(0);
});

test("a refusal takes nothing, and rest never gives more than the burst", () => {
  const { limits, pass } = start();
  for (let n = 0; n < 100; n++) limits.take("line", "a", allowance);
  pass(24 * 3_600_000);
  expect([1, 2, 3, 4].map(() => limits.take("line", "a", allowance) > 0)).toEqual([false, false, false, true]);
});

test("I-20 in any window no more than the burst and what the window gives", () => {
  const { limits, pass } = start();
  let taken = 0;
  for (let at = 0; at < 600_000; at += 700, pass(700)) if (limits.take("line", "a", allowance) === 0) taken++;
  expect(taken).toBeLessThanOrEqual(3 + 60);
});

test("one's allowance is not another's, nor one thing's another thing's", () => {
  const { limits } = start();
  for (let n = 0; n < 4; n++) limits.take("line", "a", allowance);
  expect([limits.take("line", "b", allowance), limits.take("begin", "a", allowance)]).toEqual([0, 0]);
});

test("a clock that is set back takes nothing away", () => {
  const { limits, pass } = start();
  limits.take("line", "a", allowance);
  pass(-3_600_000);
  expect([limits.take("line", "a", allowance), limits.take("line", "a", allowance)]).toEqual([0, 0]);
});

test("what is open is counted per whom", () => {
  const counter = createCounter();
  expect([counter.enter("a", 2), counter.enter("a", 2), counter.enter("a", 2)]).toEqual([true, true, false]);
  expect(counter.enter("b", 2)).toBe(true);
  counter.leave("a");
  expect([counter.enter("a", 2), counter.enter("a", 2)]).toEqual([true, false]);
  counter.leave("b");
  expect([counter.countOf("a"), counter.countOf("b")]).toEqual([2, 0]);
});
