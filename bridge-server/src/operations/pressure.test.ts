import { expect, test } from "vitest";
import { createPressure, createWaiting, eventLoopLag } from "./pressure.ts";

const bounds = { lagMs: 500, storeWaiting: 10, storeOldestMs: 1_000_000, requests: 4 };
const calm = { lag: { ms: () => 0 }, waiting: createWaiting(), requests: () => 0 };

test.for([
  [500, "none"],
  [501, "some"],
  [1_000, "some"],
  [1_001, "much"],
] as const)("F39 an event loop that is %d ms late is %s too much", ([ms, expected]) => {
  expect(createPressure({ ...calm, lag: { ms: () => ms } }, bounds)()).toBe(expected);
});

test("F23 what waits for the store is too much by its number, until it is answered", () => {
  const waiting = createWaiting();
  const pressure = createPressure({ ...calm, waiting }, bounds);
  const all = Array.from({ length: 11 }, () => waiting.enter());
  expect(pressure()).toBe("some");
  const more = Array.from({ length: 10 }, () => waiting.enter());
  expect(pressure()).toBe("much");
  for (const one of [...all, ...more]) waiting.leave(one);
  expect([pressure(), waiting.count(), waiting.oldestMs()]).toEqual(["none", 0, 0]);
});

test("F23 one write that a store does not answer is too much by its age", () => {
  let passed = 0;
  const waiting = createWaiting(() => passed);
  const pressure = createPressure({ ...calm, waiting }, { ...bounds, storeOldestMs: 300 });
  const stuck = waiting.enter();
  const after = (ms: number) => ((passed = ms), pressure());
  expect([300, 301, 600, 601].map(after)).toEqual(["none", "some", "some", "much"]);
  waiting.leave(waiting.enter());
  expect(pressure()).toBe("much"); // whoever came later and is done says nothing about it
  waiting.leave(stuck);
  expect(pressure()).toBe("none");
});

test("requests that are not answered yet count too", () => {
  expect([4, 5, 9].map((many) => createPressure({ ...calm, requests: () => many }, bounds)())).toEqual(["none", "some", "much"]);
});

test("F39 a loop that stood still is noticed, and forgotten once it runs again", async () => {
  const lag = eventLoopLag();
  await new Promise((done) => setTimeout(done, 400)); // what a start takes is not held against it
  for (const end = performance.now() + 700; performance.now() < end;);
  await expect.poll(lag.ms, { interval: 20 }).toBeGreaterThan(500);
  await expect.poll(lag.ms, { interval: 50 }).toBeLessThan(500);
  lag.stop();
});
