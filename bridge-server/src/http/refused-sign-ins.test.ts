import { expect, test } from "vitest";
import { createRefusedSignIns } from "./refused-sign-ins.ts";
import { handClock } from "./test-clock.ts";

const QUARTER = 15 * 60_000;

function start() {
  const hand = handClock();
  const leaving = new AbortController();
  const written: string[] = [];
  let isAway = false;
  const refused = createRefusedSignIns({
    clock: hand.clock,
    leaving: leaving.signal,
    noteDeed: async ({ name, role }, did, { kind, count }) => {
      if (isAway) throw new Error("the store is away");
      written.push(`${did} ${name} ${role} ${kind} ${count}`);
      return { cameToNothing: async () => {} };
    },
  });
  const turn = async (ms: number) => {
    hand.turn(ms);
    await new Promise((done) => setImmediate(done));
  };
  return { ...refused, hand, leaving, written, turn, isAway: (away: boolean) => (isAway = away) };
}

test("T14 T48 who is not let in is written down at once, of an account by its name, and of each kind by itself", async () => {
  const { note, written } = start();
  await note("key");
  await note("no_role", "ada@example.com");
  expect(written).toEqual(["sign_in_refused nobody none key 1", "sign_in_refused ada@example.com none no_role 1"]);
});

test("T48 T50 a flood of refusals is two lines: the first, and how many there were since", async () => {
  const { note, written, turn, hand } = start();
  for (let n = 0; n < 10_000; n++) await note("key");
  expect(written).toEqual(["sign_in_refused nobody none key 1"]);
  await turn(QUARTER - 1);
  expect(written).toHaveLength(1);
  await turn(1);
  expect(written.slice(1)).toEqual(["sign_in_refused nobody none key 9999"]);
  await turn(QUARTER);
  expect([written.length, hand.timers()]).toEqual([2, 0]);
  await note("key");
  expect(written.slice(2)).toEqual(["sign_in_refused nobody none key 1"]);
});

test("a flood that does not end is a line every quarter of an hour", async () => {
  const { note, written, turn } = start();
  for (let minute = 0; minute < 60; minute++) {
    await note("key");
    await note("key");
    await turn(60_000);
  }
  expect(written).toEqual([1, 29, 30, 30, 30].map((count) => `sign_in_refused nobody none key ${count}`));
});

test("what cannot be written is not forgotten, and keeps nobody from being answered", async () => {
  const { note, written, turn, isAway } = start();
  isAway(true);
  await note("key");
  await note("key");
  await turn(QUARTER);
  isAway(false);
  await turn(QUARTER);
  expect(written).toEqual(["sign_in_refused nobody none key 2"]);
});

test("a bridge that stops writes what it has counted", async () => {
  const { note, written, leaving, turn } = start();
  await note("key");
  await note("key");
  leaving.abort();
  await turn(0);
  expect(written).toEqual(["sign_in_refused nobody none key 1", "sign_in_refused nobody none key 1"]);
});
