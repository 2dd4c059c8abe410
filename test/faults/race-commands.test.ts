import * as fc from "fast-check";
import { expect, test } from "vitest";
import { seedOf } from "../seed.ts";
import { brokenPromises } from "./race-promises.ts";
import { startRace, type Race } from "./race-world.ts";

// Whole conversations of whatever may happen, in whatever order, with two bridges of which one may stand still for longer than its
// leases last. RACE_RUNS=20000 plays more of them; RACE_SEED=123 plays others.

const RUNS = Number(process.env["RACE_RUNS"] ?? 150);
const SEED = seedOf("RACE");

/** As much of a conversation as decides what may be done next. */
interface Model {
  lines: number;
  frozen: number | null;
}
interface Real {
  race: Race;
  scheduler: fc.Scheduler;
  /** What was begun and has not been answered: answers are not waited for, so that things cross. */
  pending: Promise<unknown>[];
}

/** Something that happens; then so many of those who are on their way arrive. */
function happening<Given>(
  name: string,
  given: fc.Arbitrary<Given>,
  does: Doing<Given>,
  may: (model: Model, given: Given) => boolean = () => true,
) {
  return fc.tuple(given, fc.nat({ max: 3 })).map(([what, arrivals]): fc.AsyncCommand<Model, Real> => ({
    check: (model) => may(model, what),
    toString: () => `${name} ${JSON.stringify(what)}, then ${arrivals}`,
    async run(model, real) {
      real.pending.push(Promise.resolve(does(real.race, what, model)));
      await arrive(real, arrivals);
    },
  }));
}
type Doing<Given> = (race: Race, given: Given, model: Model) => unknown;

const kim = { id: "kim", name: "Kim" };
const tab = fc.nat({ max: 1 });
const words = fc.constantFrom("hello", "hello", "hello", "busy", "lost", "person");
/** Some things are told twice. */
const tabs = fc.constantFrom([0], [1], [0, 1]);
const nothing = fc.constant(null);
/** News of the desk's last chat, if there is one. */
const news = (name: string, what: Parameters<Race["news"]>[1] | ((n: number) => Parameters<Race["news"]>[1])) => {
  let n = 0;
  return happening(name, tabs, (race, to) => {
    const ref = race.desk.chats.at(-1)?.ref;
    return ref === undefined ? null : race.news(ref, typeof what === "function" ? what(n++) : what, to);
  });
};

const commands = [
  ...Array.from({ length: 4 }, () =>
    happening("says", fc.record({ tab, words }), (race, { tab: from, words: what }, model) => race.say(`${what} ${++model.lines}`, from)),
  ),
  happening(
    "says again",
    tab,
    (race, from) => {
      const [id, text] = [...race.seen.said].at(-1)!; // there is one: `lines`
      return race.say(text, from, id);
    },
    ({ lines }) => lines > 0,
  ),
  happening("asks for a person", tab, (race, from) => race.askForPerson(from)),
  happening(
    "operator steers",
    fc.record({ did: fc.constantFrom("retried" as const, "rerouted" as const, "rerouted" as const, "closed" as const), tabs }),
    (race, { did, tabs: to }) => race.steer(did, to),
  ),
  news("joins", { type: "agent_joined", agent: kim }),
  news("agent says", (n) => ({ type: "agent_said", agent: kim, text: `agent ${n}`, format: "plain" })),
  news("agent leaves", { type: "agent_left" }),
  happening("desk is down", fc.boolean(), (race, isDown) => race.desk.goDown(isDown)),
  happening(
    "freezes",
    tab,
    (race, instance, model) => race.freeze((model.frozen = instance)),
    ({ frozen }) => frozen === null,
  ),
  happening(
    "thaws",
    nothing,
    (race, _, model) => {
      race.thaw(model.frozen ?? 0);
      model.frozen = null;
    },
    ({ frozen }) => frozen !== null,
  ),
  happening("time passes", fc.constantFrom(500, 2_000, 9_000), (race, ms) => race.pass(ms)),
  happening("leaves", fc.record({ tab, really: fc.nat({ max: 5 }) }), (race, { tab: from, really }) =>
    really === 0 ? race.leave(from) : null,
  ),
];

test(
  `I-1 I-2 I-3 I-6 I-7 I-8 I-9 I-10 I-11 I-12 I-16 every promise is kept in ${RUNS} conversations from seed ${SEED}`,
  { timeout: 60_000 + RUNS * 200 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.commands(commands, { maxCommands: 60, size: "+1" }), async (scheduler, all) => {
        const race = await startRace((step) => scheduler.schedule(Promise.resolve(), step));
        const real: Real = { race, scheduler, pending: [] };
        await fc.asyncModelRun(() => ({ model: { lines: 0, frozen: null }, real }), all);
        await race.rest(() => arrive(real, Infinity));
        await Promise.all(real.pending);
        expect(await brokenPromises(race)).toEqual([]);
        await race.stop();
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
);

async function arrive({ race, scheduler }: Real, count: number): Promise<void> {
  await race.settle();
  for (let n = 0; n < count && scheduler.count() > 0; n++) {
    await scheduler.waitOne();
    await race.settle();
  }
}
