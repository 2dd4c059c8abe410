import { expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import { createDeparture } from "./departure.ts";

/** A clock that is turned by hand. What waits for a step of time goes on within the turn. */
function handClock() {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => new Date(now),
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => (timers = timers.filter((one) => one !== timer));
    },
  };
  return {
    clock,
    async pass(ms: number) {
      for (const until = now + ms; now < until; now++) {
        for (const { run } of timers.filter(({ at }) => at === now)) run();
        timers = timers.filter(({ at }) => at > now);
        await Promise.resolve(); // whoever waited goes on
        await Promise.resolve();
      }
    },
  };
}

function crowd(size: number) {
  const { clock, pass } = handClock();
  const departure = createDeparture(clock);
  const gone: number[] = [];
  const leave = Array.from({ length: size }, (_, index) => departure.join(() => gone.push(index)));
  return { departure, gone, leave, pass };
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
