import { expect } from "vitest";
import { LATER, happen, owing, saying, someone, type StoreUnderTest } from "./store-under-test.ts";

/** Of the jobs in one lane of a conversation, one is done at a time. */
export const laneRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S11 jobs in one lane are done in order, and one that must wait holds up the rest"({ store, clock }) {
    const key = someone();
    const telling = (input: number, lane?: string) => owing({ task: "tell", input, ...(lane && { lane }) });
    await happen(store, key, telling(1, "vendor"));
    await happen(store, key, telling(2, "vendor"));
    await happen(store, key, telling(3));
    await happen(store, key, telling(4, "assistant"));
    await happen(store, { ...key, site: "another site" }, telling(5, "vendor"));
    const claimed = await store.claimJobs(10, LATER);
    expect(claimed.map(({ input }) => input)).toEqual([1, 3, 4, 5]);
    await store.finishJob(claimed[0]!, new Date(clock.now().getTime() + LATER / 2));
    expect(await store.claimJobs(10, LATER)).toEqual([]);
    clock.pass(LATER / 2);
    const [first] = await store.claimJobs(10, LATER);
    expect(first).toMatchObject({ input: 1, attempt: 2 });
    await store.finishJob(first!);
    expect(await store.claimJobs(10, LATER)).toMatchObject([{ input: 2, attempt: 1 }]);
  },

  async "S30 what is not due or not next in its lane is left to others, and a fact tells when the first of it is due"({ store, clock }) {
    const key = someone();
    const [soon, later] = [1, 2].map((times) => new Date(clock.now().getTime() + times * LATER));
    const left = await happen(store, key, owing({ task: "open", lane: "vendor" }));
    expect(left).toMatchObject({ claimed: [], nextDue: clock.now() });
    const waiting = await happen(store, key, owing({ task: "tell", lane: "vendor" }), { claimForMs: LATER });
    expect(waiting).toMatchObject({ claimed: [], nextDue: clock.now() });
    const jobs = [
      { task: "watch", runAt: later! },
      { task: "remind", runAt: soon! },
      { task: "ask", lane: "assistant" },
    ];
    const some = await happen(store, key, owing(...jobs), { claimForMs: LATER });
    expect(some).toMatchObject({ claimed: [{ task: "ask" }], nextDue: soon });
    const both = await happen(store, someone(), owing({ task: "first", lane: "vendor" }, { task: "second", lane: "vendor" }), {
      claimForMs: LATER,
    });
    expect(both).toMatchObject({ claimed: [{ task: "first" }], nextDue: clock.now() });
    const [open] = await store.claimJobs(1, LATER);
    expect(await happen(store, key, saying("opened"), { by: { job: open!, isDone: true } })).toMatchObject({
      claimed: [],
      nextDue: clock.now(),
    }); // the line behind it
    expect(await happen(store, key, saying("nothing owed"))).toMatchObject({ claimed: [], nextDue: null });
  },

  async "S31 the job that a fact ends does not hold up the one that follows from it"({ store }) {
    const key = someone();
    const {
      claimed: [asked],
    } = await happen(store, key, owing({ task: "ask", lane: "assistant" }), { claimForMs: LATER });
    const next = owing({ task: "ask again", lane: "assistant" });
    const { claimed } = await happen(store, key, next, { claimForMs: LATER, by: { job: asked!, isDone: true } });
    expect(claimed).toMatchObject([{ task: "ask again" }]);
  },

  async "S72 ending a job tells whether another waits for its lane, and only that"({ store, clock }) {
    const key = someone();
    await happen(store, key, owing({ task: "first", lane: "desk" }, { task: "second", lane: "desk" }, { task: "other", lane: "visitor" }));
    await happen(store, someone(), owing({ task: "free" }, { task: "as free" }));
    const claimed = await store.claimJobs(10, LATER);
    const end = async (task: string) => store.finishJob(claimed.find((job) => job.task === task)!);
    expect([await end("free"), await end("as free"), await end("other"), await end("first"), await end("first")]).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    const [second] = await store.claimJobs(10, LATER);
    expect(await store.finishJob(second!, clock.now())).toBe(false);
    const [again] = await store.claimJobs(10, LATER);
    expect(await store.finishJob(again!)).toBe(false);
  },

  async "S73 a fact tells whether somebody waits for the lane that its job leaves, also where that is another conversation's"({
    store,
    clock,
  }) {
    const [parked, told] = [someone(), someone()];
    await happen(store, parked, owing({ task: "first", lane: "news" }, { task: "second", lane: "news" }));
    await happen(store, told, owing({ task: "not of it", lane: "news" }));
    const end = async () => {
      const job = (await store.claimJobs(9, LATER)).find(({ key }) => key.id === parked.id);
      return happen(store, told, saying("told"), { by: { job: job!, isDone: true } });
    };
    expect(await end()).toMatchObject({ nextDue: clock.now() });
    expect(await end()).toMatchObject({ nextDue: null });
  },
};
