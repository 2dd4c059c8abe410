import type { Entry, EntryBody } from "@baton/bridge-server/protocol";
import { expect, test } from "vitest";
import { createLedger, promises, type Account, type Ledger, type Promised } from "./ledger.ts";
import { slopeOf } from "./memory.ts";
import { lineId, lineText, newsText } from "./names.ts";

// A check that nothing can fail proves nothing: each promise has a history that breaks it.

const ME = 7;
const line = (nth: number): EntryBody => ({ type: "said", by: "visitor", id: lineId(ME, nth), text: lineText(ME, nth), format: "plain" });
const answer = (nth: number): EntryBody => ({
  type: "said",
  by: "assistant",
  id: `re:${lineId(ME, nth)}:5`,
  text: "Yes",
  format: "markdown",
});
const lost = (nth: number): EntryBody => ({ type: "answer_lost", to: lineId(ME, nth), why: "unclear" });
const news = (nth: number): EntryBody => ({ type: "said", by: "agent", id: `n${nth}`, text: newsText(ME, nth), format: "plain" });
const greeting: EntryBody = { type: "said", by: "assistant", id: "re:17:0", text: "Welcome", format: "markdown" };

interface Story {
  heard: EntryBody[];
  final: EntryBody[];
  /** Under which number each line was acknowledged. */
  acknowledged: number[];
  newsTaken: number;
}

const good = (): Story => {
  const all = [greeting, line(1), answer(1), news(1), line(2), lost(2), news(2), line(3), answer(3)];
  return { heard: all, final: all, acknowledged: [2, 5, 8], newsTaken: 2 };
};
const both = (change: (all: EntryBody[]) => EntryBody[]) => (story: Story) => {
  story.final = change(story.final);
  story.heard = story.final;
};

const broken: Record<Promised, (story: Story) => void> = {
  lost: (story) => void (story.acknowledged[1] = 6),
  repeated: both((all) => [...all, news(2)]),
  reordered: both((all) => all.with(3, news(2)).with(6, news(1))),
  missed: (story) => void (story.heard = story.heard.slice(0, -1)),
  unanswered: both((all) => all.with(5, { type: "rated", score: 5 })),
  unfounded: both((all) => [...all, { type: "said", by: "visitor", id: lineId(8, 1), text: lineText(8, 1), format: "plain" }]),
  newsLost: (story) => void (story.newsTaken = 3),
};

test("a good history breaks no promise", () => {
  expect(brokenIn(tell(good()))).toEqual([]);
});

test.for(Object.keys(promises) as Promised[])("a history that breaks the promise called %s is noticed", (promise) => {
  const story = good();
  broken[promise](story);
  expect(brokenIn(tell(story))).toContain(promise);
});

test("I-16 a follower that hears an entry twice, or one too early, is noticed as it happens", () => {
  const ledger = createLedger();
  const account = ledger.open(ME, "assistant");
  const [first, second, third] = numbered(good().final);
  for (const entry of [first!, first!, third!, second!]) ledger.heard(account, entry);
  expect([ledger.wrong("repeated"), ledger.wrong("missed")]).toEqual([2, 1]);
});

test("a line that is acknowledged under two numbers is noticed", () => {
  const ledger = createLedger();
  const account = ledger.open(ME, "assistant");
  ledger.acknowledged(account, 1, 2);
  ledger.acknowledged(account, 1, 2);
  expect(ledger.wrong("repeated")).toBe(0);
  ledger.acknowledged(account, 1, 3);
  expect(ledger.wrong("repeated")).toBe(1);
});

test("memory's slope is that of the longest life, without its first minute; of short lives nothing is said", () => {
  const life = (seconds: number, mbPerHour: number) => ({
    bridge: 0,
    pid: seconds,
    samples: Array.from({ length: seconds }, (_, at) => ({ at, bytes: 1e6 * (at < 60 ? at : 200 + (at / 3_600) * mbPerHour) })),
  });
  expect(slopeOf([life(100, 0), life(119, 0)], () => [])).toBeNull();
  expect(slopeOf([life(400, 36), life(130, 900)], () => [])?.mbPerHour).toBeCloseTo(36);
});

test("what nothing could collect has a slope of its own, and resident memory that ends on a tooth does not hide it", () => {
  const saw = {
    bridge: 0,
    pid: 7,
    samples: Array.from({ length: 900 }, (_, at) => ({ at, bytes: 1e6 * (170 + ((at * 7) % 1_400) / 20) })),
  };
  const kept = (mbPerHour: number) => (pid: number) =>
    Array.from({ length: 30 }, (_, n) => ({ at: n * 30, bytes: pid * 1e6 * (n < 2 ? 99 : 1) + (n * 30 * mbPerHour * 1e6) / 3_600 }));
  expect(Math.abs(slopeOf([saw], kept(0))?.mbPerHour ?? 0)).toBeGreaterThan(5);
  expect(slopeOf([saw], kept(0))?.kept).toMatchObject({ times: 28, mbPerHour: expect.closeTo(0, 6) });
  expect(slopeOf([saw], kept(60))?.kept?.mbPerHour).toBeCloseTo(60, 6);
  expect(slopeOf([saw], () => [])?.kept).toBeNull();
});

function tell({ heard, final, acknowledged, newsTaken }: Story): Ledger {
  const ledger = createLedger();
  const account: Account = ledger.open(ME, "assistant");
  account.said = acknowledged.length;
  account.newsTaken = newsTaken;
  for (const [index, seq] of acknowledged.entries()) ledger.acknowledged(account, index + 1, seq);
  for (const entry of numbered(heard)) ledger.heard(account, entry);
  ledger.check(account, numbered(final));
  return ledger;
}

const numbered = (bodies: EntryBody[]): Entry[] => bodies.map((body, index) => ({ seq: index + 1, at: "", body }));
const brokenIn = (ledger: Ledger) => (Object.keys(promises) as Promised[]).filter((promise) => ledger.wrong(promise) > 0); // its own keys
