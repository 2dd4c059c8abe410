import { expect, test } from "vitest";
import { createTestClock } from "../connection/rehearsal.ts";
import { createTyping } from "./typing.ts";

test("typing is told every 3 s at most, and that it has stopped after 5 s", async () => {
  const clock = createTestClock();
  const told: boolean[] = [];
  const typing = createTyping(clock, (on) => told.push(on));
  for (let stroke = 0; stroke < 40; stroke += 1) {
    typing.stroke();
    await clock.pass(100);
  }
  expect(told).toEqual([true, true]);
  await clock.pass(6_000);
  expect(told).toEqual([true, true, false]);
});
