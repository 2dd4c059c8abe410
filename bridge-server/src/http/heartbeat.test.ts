import { expect, test } from "vitest";
import { createHeartbeat } from "./heartbeat.ts";
import { handClock } from "./test-clock.ts";

function start() {
  const { clock, now, timers, turn } = handClock();
  const beats = new Map<number, number[]>();
  const { join } = createHeartbeat(clock);
  return {
    beats,
    timers,
    join(name: number) {
      beats.set(name, []);
      return join(() => beats.get(name)?.push(now()));
    },
    pass(ms: number, steps = ms / 1_000) {
      for (let step = 0; step < steps; step++) turn(ms / steps);
    },
  };
}

test("everybody hears something within fifteen seconds, and every fifteen seconds after", () => {
  const { beats, join, pass } = start();
  for (let name = 0; name < 40; name++) join(name);
  pass(45_000);
  for (const times of beats.values()) {
    expect(times).toHaveLength(3);
    expect(times[0]).toBeLessThanOrEqual(15_000);
    expect(times[1]! - times[0]!).toBe(15_000);
  }
});

test("those who came at once do not all beat at once", () => {
  const { beats, join, pass } = start();
  for (let name = 0; name < 150; name++) join(name);
  pass(1_000);
  expect([...beats.values()].filter((times) => times.length > 0)).toHaveLength(10);
});

test("whoever has left hears nothing more, and the timer stops with the last of them", () => {
  const { beats, timers, join, pass } = start();
  const leave = join(1);
  leave();
  leave();
  pass(30_000);
  expect(beats.get(1)).toEqual([]);
  expect(timers()).toBe(0);
  join(2);
  pass(15_000);
  expect(beats.get(2)).toHaveLength(1);
});

test("after a machine slept everybody is heard of at once, and only once", () => {
  const { beats, join, pass } = start();
  for (let name = 0; name < 40; name++) join(name);
  pass(3_600_000, 1);
  for (const times of beats.values()) expect(times).toEqual([3_600_000]);
});
