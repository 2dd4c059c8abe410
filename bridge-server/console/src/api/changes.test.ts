import { expect, test } from "vitest";
import { createStreams, handClock, handoff } from "../test-console.ts";
import { createChanges } from "./changes.ts";

function start() {
  const hand = handClock();
  const streams = createStreams();
  const heard: string[] = [];
  let losses = 0;
  const changes = createChanges({ open: streams.open, clock: hand.clock, lost: () => losses++ });
  changes.listen(({ id, change }) => heard.push(`${id} ${change}`));
  changes.begin(7);
  return { hand, streams, heard, changes, losses: () => losses, state: () => changes.state.value };
}

test("A3 A4 A5 changes are heard from the one that is known on, and the state says that they are", () => {
  const { streams, heard, state } = start();
  expect([streams.last().url, state()]).toEqual(["/v1/handoffs/events?after=7", "opening"]);
  streams.last().tell("open");
  streams.last().tell("message", handoff({ change: 8 }));
  expect([heard, state()]).toEqual([["h-1 8"], "live"]);
});

test("a stream that breaks is opened again from the last change that was heard, ever more patiently, and is said to be lost until it lives", () => {
  const { streams, hand, state, losses } = start();
  streams.last().tell("message", handoff({ change: 12 }));
  for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
    streams.last().tell("error");
    expect([state(), streams.last().isClosed]).toEqual(["lost", true]);
    hand.pass(pause - 1);
    const before = streams.opened.length;
    hand.pass(1);
    expect(streams.opened.length).toBe(before + 1);
    expect(streams.last().url).toBe("/v1/handoffs/events?after=12");
  }
  expect([state(), losses()]).toEqual(["lost", 7]);
  streams.last().tell("open");
  expect(state()).toBe("live");
});

test("a stream without a sign of life for forty seconds is taken for dead", () => {
  const { streams, hand, state } = start();
  streams.last().tell("open");
  for (let n = 0; n < 10; n++) {
    hand.pass(15_000);
    streams.last().tell("still_here", {});
  }
  expect([state(), streams.opened.length]).toEqual(["live", 1]);
  hand.pass(40_000);
  expect(state()).toBe("lost");
});

test("a browser that is back tries at once", () => {
  const { streams, hand } = start();
  for (let n = 0; n < 8; n++) {
    streams.last().tell("error");
    hand.pass(15_000);
  }
  streams.last().tell("error");
  const before = streams.opened.length;
  hand.wake();
  expect(streams.opened.length).toBe(before + 1);
});

test("what a stream says that was given up is not heard", () => {
  const { streams, hand, heard } = start();
  const first = streams.last();
  first.tell("error");
  hand.pass(500);
  first.tell("message", handoff({ change: 9 }));
  expect(heard).toEqual([]);
});

test("where changes are counted anew, whoever reads is told so, and the next stream begins with the new numbers", () => {
  const { streams, hand, changes } = start();
  streams.last().tell("restarted", {});
  expect(changes.epoch.value).toBe(1);
  streams.last().tell("message", handoff({ change: 2 }));
  streams.last().tell("error");
  hand.pass(500);
  expect(streams.last().url).toBe("/v1/handoffs/events?after=2");
});

test("after the end nothing is opened any more", () => {
  const { streams, hand, changes } = start();
  changes.end();
  hand.pass(60_000);
  hand.wake();
  expect([streams.opened.length, streams.last().isClosed, changes.state.value]).toEqual([1, true, "closed"]);
});
