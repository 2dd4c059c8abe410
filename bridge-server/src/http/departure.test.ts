import { expect, test } from "vitest";
import { createDeparture } from "./departure.ts";
import { handClock } from "./test-clock.ts";

function crowd(size: number) {
  const { clock, turn } = handClock();
  const departure = createDeparture(clock);
  const gone: number[] = [];
  const leave = Array.from({ length: size }, (_, index) => departure.join(() => gone.push(index)));
  return { departure, gone, leave, pass };

  /** What waits for a step of time goes on within it. */
  async function pass(ms: number): Promise<void> {
    for (let spent = 0; spent < ms; spent++) {
      turn(1);
      await Promise.resolve();
      await Promise.resolve();
    }
  }
}

test("F21 a handful is sent away at once, without a clock", async () => {
  const { departure, gone } = crowd(10);
  await departure.begin(6_000);
  expect(gone).toHaveLength(10);
});

test("F21 thousands are sent away one after another, all of them once and within the time", async () => {
  const { departure, gone, pass } = crowd(6_000);
  let isOver = false;
  void departure.begin(6_000).then(() => (isOver = true));
  for (const second of [1, 2, 3, 4, 5]) {
    await pass(1_000);
    expect(Math.abs(gone.length - second * 1_000)).toBeLessThan(100);
  }
  await pass(1_000);
  expect(gone).toEqual(Array.from({ length: 6_000 }, (_, index) => index));
  expect(isOver).toBe(true);
});

test("who has left by then is not called, and who comes meanwhile is called at once", async () => {
  const { departure, gone, leave, pass } = crowd(300);
  leave[299]!();
  void departure.begin(1_000);
  leave[298]!();
  let isTold = false;
  departure.join(() => (isTold = true));
  expect(isTold).toBe(true);
  await pass(1_100);
  expect(gone).toHaveLength(298);
});
