import { describe, expect, test } from "vitest";
import { seedOf } from "../seed.ts";
import { whatIsWrongWhenSteady } from "./check.ts";
import { playStory, type Played } from "./story.ts";
import { politely, strikesOf, type Strike } from "./strikes.ts";

// KILL_RUNS=500 plays more stories; KILL_SEED=123 KILL_RUNS=1 plays one again.
const RUNS = Number(process.env["KILL_RUNS"] ?? 12);
const SEED = seedOf("KILL");
const SIDE_BY_SIDE = Number(process.env["KILL_SIDE_BY_SIDE"] ?? 3);
const MOST_MS = 300_000 + RUNS * 20_000;

test("a story that nobody disturbs is told right", { timeout: MOST_MS }, async () => {
  const played = await playStory([]);
  expect(problemsOf(played)).toEqual([]);
  expect(lost(played)).toBe(0);
});

describe("F20 a bridge that goes away at any moment and is started again continues: nothing lost, nothing twice, order kept", () => {
  test(`killed, in ${RUNS} stories from seed ${SEED}`, { timeout: MOST_MS }, async () => {
    const all = await playAll(RUNS, strikesOf);
    const strikes = all.flatMap(({ struck }) => struck);
    if (process.env["KILL_TELLS"]) console.log(strikes.toSorted().join("\n"));
    console.log(`${strikes.length} strikes; from start to ready in ${median(all.flatMap(({ startsMs }) => startsMs)).toFixed(0)} ms`);
    expect(strikes.length).toBeGreaterThan(RUNS / 2); // a story may be over before what should have struck it
  });

  test("F21 asked to stop: then not even an answer is lost", { timeout: MOST_MS }, async () => {
    const all = await playAll(Math.ceil(RUNS / 5), (seed) => politely(strikesOf(seed)));
    expect(all.map(lost)).toEqual(all.map(() => 0));
  });
});

/** Several at a time, each with a bridge, an assistant and a desk of its own. */
async function playAll(runs: number, strikesFor: (seed: number) => Strike[]): Promise<Played[]> {
  const seeds = Array.from({ length: runs }, (_, index) => SEED + index);
  const played: Played[] = [];
  const failed: string[] = [];
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, playNext));
  expect(failed.join("\n\n")).toBe("");
  return played;

  async function playNext(): Promise<void> {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const one = await playStory(strikesFor(seed));
      played.push(one);
      const problems = problemsOf(one);
      if (problems.length > 0) failed.push([`KILL_SEED=${seed} KILL_RUNS=1`, ...one.struck, ...problems].join("\n  "));
    }
  }
}

function problemsOf({ history, trouble }: Played): string[] {
  return trouble.length > 0 ? trouble : whatIsWrongWhenSteady(history); // a story without its end breaks every promise
}

function lost({ history }: Played): number {
  return new Set(
    history.flatMap((event) =>
      event.who === "reader" && event.did === "read"
        ? event.entries.flatMap(({ body }) => (body.type === "answer_lost" ? [body.to] : []))
        : [],
    ),
  ).size;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
