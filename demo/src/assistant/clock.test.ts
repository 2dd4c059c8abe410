import { expect, test } from "vitest";
import { createClock } from "./clock.ts";

test("a frozen clock moves only when pushed, and wakes whoever's time has come", async () => {
  const clock = createClock({ frozenAt: 1000 });
  const woken: string[] = [];
  const early = clock.sleep(50).then(() => woken.push("early"));
  void clock.sleep(100).then(() => woken.push("late"));
  clock.advance(99);
  await early;
  expect([clock.now(), woken]).toEqual([1099, ["early"]]);
});

test("real time passes, and can be pushed forward", async () => {
  const clock = createClock();
  const before = clock.now();
  await clock.sleep(1);
  const hour = clock.sleep(3_600_000);
  clock.advance(3_600_000);
  await hour;
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
});

test("whoever has no time to wait is not kept", async () => {
  await createClock({ frozenAt: 0 }).sleep(0);
});
