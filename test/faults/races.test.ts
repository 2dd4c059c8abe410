import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seedOf } from "../seed.ts";
import { brokenPromises } from "./race-promises.ts";
import { nextTurn, startRace, type Race } from "./race-world.ts";

// Whoever is first: fast-check chooses at every step which of those who are on their way arrives next. RACE_RUNS=20000 tries more of
// them, and from 720 on whatever can be tried; RACE_SEED=123 tries others.

const RUNS = Number(process.env["RACE_RUNS"] ?? 150);
const SEED = seedOf("RACE");
const parameters = { numRuns: RUNS, seed: SEED };
const MOST_MS = 60_000 + RUNS * 100;

/** A race whose order the scheduler chooses, to its end. */
async function raced(scheduler: fc.Scheduler, run: (race: Race) => Promise<void>, then: (race: Race) => Promise<void>): Promise<void> {
  const race = await startRace((step) => scheduler.schedule(Promise.resolve(), step));
  const running = new Set([0]);
  const finished = run(race).finally(() => running.clear());
  finished.catch(() => {}); // told below
  while (running.size > 0 || scheduler.count() > 0) {
    if (scheduler.count() > 0) await scheduler.waitOne();
    else await nextTurn();
    await race.settle();
  }
  await finished;
  await race.rest(async () => {
    while (scheduler.count() > 0) {
      await scheduler.waitOne();
      await race.settle();
    }
  });
  if (!race.isErased()) expect(await brokenPromises(race)).toEqual([]);
  await then(race);
  await race.stop();
}

function racing(name: string, run: (race: Race) => Promise<void>, then: (race: Race) => Promise<void> = async () => {}): void {
  test(`${name}, ${RUNS} orders from seed ${SEED}`, { timeout: MOST_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), (scheduler) => raced(scheduler, run, then)),
      parameters,
    );
  });
}

const kim = { id: "kim", name: "Kim" };
const says = (text: string) => ({ type: "agent_said" as const, agent: kim, text, format: "plain" as const });

racing("I-1 I-3 I-7 two tabs that write at once: each line has one number, is asked once, one after the other", async (race) => {
  await Promise.all([
    (async () => {
      await race.say("one", 0);
      await race.say("busy two", 0);
    })(),
    (async () => {
      await race.say("three", 1);
      await race.say("lost four", 1);
    })(),
  ]);
});

racing("I-8 I-11 a line against the handoff: whoever is second is told so, and every line is somewhere", async (race) => {
  await Promise.all([race.say("person", 0), race.say("one", 1), race.askForPerson(1), race.say("two", 0), race.askForPerson(0)]);
});

/** Lets the visitor ask for a person, and says under which name the desk has them once `isReady`. */
async function handedOff(race: Race, isReady: () => boolean): Promise<string> {
  await race.askForPerson(0);
  while (!isReady()) await nextTurn();
  return race.desk.chats[0]!.ref; // it is there by now, or we were not ready
}

racing(
  "F18 I-12 news that is faster than the answer to its own request is kept, and told once",
  async (race) => {
    const ref = await handedOff(race, () => race.desk.chats.length > 0);
    await Promise.all([
      race.news(ref, { type: "agent_joined", agent: kim }, [1]),
      race.news(ref, says("hello"), [0, 1]),
      race.say("one", 0),
    ]);
  },
  async (race) => {
    expect(race.phase()).toBe("live");
    expect(await heardFromAgents(race)).toEqual(["hello"]);
  },
);

racing("F19 an end against late news: whoever is second is answered, and nobody speaks after the end", async (race) => {
  const ref = await handedOff(race, () => race.phase() === "queued");
  await race.news(ref, { type: "agent_joined", agent: kim });
  await Promise.all([race.leave(0), race.news(ref, says("late"), [1, 0]), race.news(ref, { type: "ended" }, [1]), race.say("late too", 1)]);
  while (race.phase() !== "ended") await nextTurn();
  const { length } = await race.entries();
  await race.news(ref, says("far too late"), [0, 1]);
  await race.pass(5_000);
  expect(await race.entries()).toHaveLength(length);
});

racing(
  "F16 I-12 a hundred deliveries of one piece of news to two bridges are one line",
  async (race) => {
    const ref = await handedOff(race, () => race.phase() === "queued");
    const everybody = Array.from({ length: 100 }, (_, n) => n);
    await race.news(ref, says("hello"), everybody, "same");
  },
  async (race) => expect(await heardFromAgents(race)).toEqual(["hello"]),
);

/** What is wrong when somebody wanted everything gone. */
function leftOf(race: Race): string[] {
  const words = [...race.seen.said.values(), "canary-agent"].filter((text) => race.onDisk().includes(text));
  const chats = race.desk.chats
    .filter(({ isForgotten, isClosed }) => !isForgotten || !isClosed)
    .map(({ ref }) => `the desk was not told to forget ${ref}`);
  return [...words, ...chats];
}

racing(
  "F42 I-19 an erasure against a handoff that is under way: nothing is left of it, and every desk is told to forget it",
  async (race) => {
    await Promise.all([
      race.say("person canary-one", 0),
      race.say("canary-two", 1),
      race.askForPerson(1),
      race.erase(0),
      race.say("canary-three", 1),
    ]);
  },
  async (race) => expect(leftOf(race)).toEqual([]),
);

racing(
  "F42 I-19 an erasure against a desk that answers, and an agent who speaks: nothing comes back",
  async (race) => {
    const ref = await handedOff(race, () => race.desk.chats.length > 0);
    await Promise.all([
      race.erase(1),
      race.say("canary-one", 0),
      race.news(ref, { type: "agent_joined", agent: kim }, [0]),
      race.news(ref, says("canary-agent"), [1, 0]),
    ]);
  },
  async (race) => expect(leftOf(race)).toEqual([]),
);

const ordersOfNews = Math.min(RUNS, 720); // which are all there are of six
test(
  `F17 I-3 six pieces of news in ${ordersOfNews} of their 720 orders, from seed ${SEED}: every reader gets the same, and nothing is there twice`,
  { timeout: MOST_MS },
  async () => {
    const news = [
      { type: "agent_joined" as const, agent: kim },
      says("one"),
      says("two"),
      { type: "agent_left" as const },
      { type: "transferred" as const, to: "sales" },
      { type: "ended" as const },
    ];
    const [orders] = fc.sample(fc.shuffledSubarray(ordersOf(news), { minLength: ordersOfNews, maxLength: ordersOfNews }), {
      ...parameters,
      numRuns: 1,
    });
    for (const order of orders!) {
      const race = await startRace(async () => {});
      const ref = await handedOff(race, () => race.phase() === "queued");
      for (const [n, one] of order.entries()) await race.news(ref, one, [n]);
      await race.pass(5_000);
      expect(await brokenPromises(race), order.map(({ type }) => type).join()).toEqual([]);
      const wasSaid = order
        .slice(
          0,
          order.findIndex(({ type }) => type === "ended"),
        )
        .flatMap((one) => ("text" in one ? [one.text] : []));
      expect(await heardFromAgents(race)).toEqual(wasSaid);
      await race.stop();
    }
  },
);

async function heardFromAgents(race: Race): Promise<string[]> {
  return (await race.entries()).flatMap(({ body }) => (body.type === "said" && body.by === "agent" ? [body.text] : []));
}

function ordersOf<T>(all: T[]): T[][] {
  if (all.length < 2) return [all];
  return all.flatMap((first, at) => ordersOf(all.toSpliced(at, 1)).map((rest) => [first].concat(rest)));
}
