import { ClaimLost, NEVER } from "@baton/bridge-server/store/store";
import { expect } from "vitest";
import { LATER, bodies, bug, deciding, gone, happen, owing, saying, someone, type StoreUnderTest } from "./store-under-test.ts";

/** What a store owes to work, and to those who do it. */
export const jobRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S6 a job is given to one claimer at a time"({ store }) {
    await happen(store, someone(), owing({ task: "call" }));
    const claims = await Promise.all([store.claimJobs(10, LATER), store.claimJobs(10, LATER)]);
    expect(claims.flat()).toHaveLength(1);
  },

  async "S7 a job whose claimer vanished comes back"({ store, clock }) {
    await happen(store, someone(), owing({ task: "call" }));
    await store.claimJobs(1, LATER);
    clock.pass(LATER);
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ task: "call", attempt: 2 }]);
  },

  async "S8 a claimer that lost its lease can neither end the job nor put it back (I-7)"({ store, clock }) {
    await happen(store, someone(), owing({ task: "call" }));
    const [late] = await store.claimJobs(1, LATER);
    clock.pass(LATER);
    const [current] = await store.claimJobs(1, LATER);
    await store.finishJob(late!);
    await store.finishJob(late!, clock.now());
    expect(await store.claimJobs(1, LATER)).toEqual([]);
    clock.pass(LATER);
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ id: current!.id, attempt: 3, lost: 2 }]);
  },

  async "S9 a job for later waits"({ store, clock }) {
    await happen(store, someone(), owing({ task: "remind", runAt: new Date(clock.now().getTime() + LATER) }));
    expect(await store.claimJobs(1, LATER)).toEqual([]);
    clock.pass(LATER);
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ task: "remind", attempt: 1 }]);
  },

  async "S10 a job's id is never used again, not even after a restart"({ store, reopen }) {
    await happen(store, someone(), owing({ task: "call" }));
    const [first] = await store.claimJobs(1, LATER);
    await store.finishJob(first!);
    const again = await reopen();
    await happen(again, someone(), owing({ task: "call" }));
    const [second] = await again.claimJobs(1, LATER);
    expect(second!.id).not.toBe(first!.id);
  },

  async "S12 a job tells how often a claimer vanished with it, apart from how often it was put back"({ store, clock }) {
    await happen(store, someone(), owing({ task: "call" }));
    const [first] = await store.claimJobs(1, LATER);
    await store.finishJob(first!, clock.now());
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ attempt: 2, lost: 0 }]);
    clock.pass(LATER);
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ attempt: 3, lost: 1 }]);
  },

  async "S13 a job is handed out with its conversation's lifecycle as it is then"({ store }) {
    const key = someone();
    await happen(store, key, owing({ task: "call" }));
    await happen(store, key, deciding({ lifecycle: gone }));
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ key, lifecycle: gone }]);
  },

  async "S27 a fact ends the job that brought it, also when the fact was known already"({ store, clock }) {
    const key = someone();
    await happen(store, key, owing({ task: "ask" }, { task: "ask again" }));
    const [one, two] = await store.claimJobs(2, LATER);
    await store.record({ key, factId: "answer", decide: saying("answer"), by: { job: one!, isDone: true } });
    await store.record({ key, factId: "answer", decide: saying("answer"), by: { job: two!, isDone: true } });
    clock.pass(LATER);
    expect(await store.claimJobs(9, LATER)).toEqual([]);
  },

  async "S28 I-7 of two workers that did the same job only the one that holds it is believed"({ store, clock }) {
    const key = someone();
    await happen(store, key, owing({ task: "ask" }));
    const [late] = await store.claimJobs(1, LATER);
    clock.pass(LATER);
    const [current] = await store.claimJobs(1, LATER);
    const report = { key, factId: `job:${late!.id}` };
    for (const isDone of [false, true])
      await expect(store.record({ ...report, decide: saying("late"), by: { job: late!, isDone } })).rejects.toThrow(ClaimLost);
    expect((await store.record({ ...report, decide: saying("current"), by: { job: current!, isDone: true } })).repeats).toBeNull();
    expect((await store.record({ ...report, decide: saying("again"), by: { job: late!, isDone: true } })).repeats).not.toBeNull();
    clock.pass(LATER);
    expect(await store.claimJobs(1, LATER)).toEqual([]);
    expect(await bodies(store, key)).toEqual(["current"]);
  },

  async "S29 what follows from a fact and is due can be claimed with it"({ store, clock }) {
    const key = someone();
    const decide = deciding({
      lifecycle: gone,
      jobs: [
        { task: "tell", input: { n: 1 }, lane: "vendor" },
        { task: "note", input: null },
      ],
    });
    const { claimed, nextDue } = await happen(store, key, decide, { claimForMs: LATER });
    const mine = { key, attempt: 1, lost: 0, lifecycle: gone, since: clock.now().toISOString() };
    expect(claimed).toMatchObject([
      { ...mine, task: "tell", input: { n: 1 } },
      { ...mine, task: "note", input: null },
    ]);
    expect(nextDue).toBeNull();
    expect(await store.claimJobs(9, LATER)).toEqual([]);
    await store.finishJob(claimed[0]!);
    clock.pass(LATER);
    expect(await store.claimJobs(9, LATER)).toMatchObject([{ id: claimed[1]!.id, attempt: 2, lost: 1 }]);
  },

  async "S32 a job tells since when it has been owed, however often it was put back"({ store, clock }) {
    await happen(store, someone(), owing({ task: "call" }));
    const since = clock.now().toISOString();
    for (let time = 0; time < 3; time++) {
      const [job] = await store.claimJobs(1, LATER);
      expect(job).toMatchObject({ since });
      clock.pass(1000);
      await store.finishJob(job!, clock.now());
    }
  },

  async "S78 a job bears the time of the notes it came with, whether it is claimed with them or later"({ store, clock }) {
    const key = someone();
    const decide = deciding({ notes: ["n"], jobs: [{ task: "tell", input: null }] });
    const { claimed } = await happen(store, key, decide, { claimForMs: LATER });
    clock.pass(1_000);
    await happen(store, key, decide);
    clock.pass(1_000);
    claimed.push(...(await store.claimJobs(9, LATER)));
    expect(claimed.map(({ at }) => at)).toEqual((await store.notes(key)).map(({ at }) => at));
  },

  async "S33 no more is claimed than was asked for, and what has been due longest comes first"({ store, clock }) {
    const at = (ms: number) => new Date(clock.now().getTime() + ms);
    await happen(
      store,
      someone(),
      owing({ task: "third", runAt: at(3) }, { task: "first", runAt: at(1) }, { task: "second", runAt: at(2) }),
    );
    clock.pass(LATER);
    expect((await store.claimJobs(2, LATER)).map(({ task }) => task)).toEqual(["first", "second"]);
    expect((await store.claimJobs(2, LATER)).map(({ task }) => task)).toEqual(["third"]);
  },

  async "S34 when deciding fails, the job that brought the fact is still owed"({ store, clock }) {
    const key = someone();
    await happen(store, key, owing({ task: "ask" }));
    const [job] = await store.claimJobs(1, LATER);
    await expect(happen(store, key, bug, { by: { job: job!, isDone: true } })).rejects.toThrow("a bug in deciding");
    clock.pass(LATER);
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ id: job!.id, attempt: 2 }]);
  },

  async "S35 a claim that is renewed lasts, one that is not is lost"({ store, clock }) {
    await happen(store, someone(), owing({ task: "long" }, { task: "dead" }));
    const [long, dead] = await store.claimJobs(2, LATER);
    clock.pass(LATER / 2);
    expect(await store.renew([long!], LATER)).toEqual([long]);
    clock.pass(LATER / 2);
    expect(await store.claimJobs(9, LATER)).toMatchObject([{ id: dead!.id, attempt: 2, lost: 1 }]);
    clock.pass(LATER / 2);
    expect(await store.claimJobs(9, LATER)).toMatchObject([{ id: long!.id, attempt: 2, lost: 1 }]);
  },

  async "S36 a job that was put back waits for its time, whatever its former claimer still does"({ store, clock }) {
    await happen(store, someone(), owing({ task: "call" }));
    const [job] = await store.claimJobs(1, LATER);
    await store.finishJob(job!, new Date(clock.now().getTime() + LATER / 2));
    expect(await store.renew([job!], LATER)).toEqual([]);
    await store.finishJob(job!);
    await store.finishJob(job!, clock.now());
    expect(await store.claimJobs(1, LATER)).toEqual([]);
    clock.pass(LATER / 2);
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ attempt: 2, lost: 0 }]);
  },

  async "S37 whoever renews is told which jobs are still theirs, and those of others are left alone"({ store, clock }) {
    await happen(store, someone(), owing({ task: "kept" }, { task: "ended" }, { task: "taken" }));
    const [kept, ended, taken] = await store.claimJobs(3, LATER);
    await store.finishJob(ended!);
    clock.pass(LATER / 2);
    await store.renew([kept!], LATER);
    clock.pass(LATER / 2);
    const [current] = await store.claimJobs(9, LATER / 2);
    expect(await store.renew([kept!, ended!, taken!], 10 * LATER)).toEqual([kept]);
    expect(await store.renew([], LATER)).toEqual([]);
    clock.pass(LATER / 2);
    expect(await store.claimJobs(9, LATER)).toMatchObject([{ id: current!.id, attempt: 3, lost: 2 }]);
  },

  async "S38 whoever watches is told what is due, since when, and what is kept for ever"({ store, clock }) {
    await happen(store, someone(), owing({ task: "call" }, { task: "later", runAt: new Date(clock.now().getTime() + LATER) }));
    const since = clock.now().toISOString();
    clock.pass(1_000);
    await happen(store, someone(), owing({ task: "call" }, { task: "kept", runAt: NEVER }));
    expect(await store.backlog()).toEqual({ due: [{ task: "call", count: 2, since }], kept: 1 });
    await store.claimJobs(9, LATER);
    expect(await store.backlog()).toEqual({ due: [], kept: 1 });
  },

  async "S40 what a job brings while it goes on does not end it, and a claim whose time is over holds until somebody else takes it"({
    store,
    clock,
  }) {
    const key = someone();
    await happen(store, key, owing({ task: "ask" }));
    const [job] = await store.claimJobs(1, LATER);
    await store.record({ key, factId: "part", decide: saying("part"), by: { job: job!, isDone: false } });
    clock.pass(LATER);
    await store.record({ key, factId: "another", decide: saying("another"), by: { job: job!, isDone: false } });
    expect(await store.claimJobs(1, LATER)).toMatchObject([{ id: job!.id, attempt: 2, lost: 1 }]);
    expect(await bodies(store, key)).toEqual(["part", "another"]);
  },

  async "S39 a store that can be written says so, and one that is closed does not"({ store, reopen }) {
    await store.probe();
    await store.probe();
    const reopened = await reopen();
    await reopened.probe();
    await expect(store.probe()).rejects.toThrow();
  },
};
