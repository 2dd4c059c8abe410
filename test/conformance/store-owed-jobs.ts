import { ClaimLost, NEVER } from "@baton/bridge-server/store/store";
import { expect } from "vitest";
import { happen, LATER, owing, someone, type StoreUnderTest } from "./store-under-test.ts";

/** What a store owes to those who look at work without doing it. */
export const owedJobRules: Record<string, (test: StoreUnderTest) => Promise<void>> = {
  async "S53 whoever looks is told what is owed to a conversation: waiting, under way or kept, and nothing of another's"({ store, clock }) {
    const key = someone();
    const dueAt = new Date(clock.now().getTime() + LATER);
    const jobs = [
      { task: "call" },
      { task: "remind", lane: "calls", runAt: dueAt },
      { task: "parked", input: { name: "greet" }, runAt: NEVER },
    ];
    await happen(store, key, owing(...jobs));
    await happen(store, someone(), owing({ task: "call", runAt: dueAt }));
    await store.claimJobs(1, LATER);
    const since = clock.now().toISOString();
    expect(await store.jobsOf(key)).toMatchObject([
      { task: "call", lane: null, attempt: 1, since, state: { is: "under_way" } },
      { task: "remind", lane: "calls", attempt: 0, state: { is: "waiting", dueAt: dueAt.toISOString() } },
      { task: "parked", input: { name: "greet" }, state: { is: "kept" } },
    ]);
    expect(await store.jobsOf(someone())).toEqual([]);
  },

  async "S54 what is kept is found by the name it was set aside as, page by page, and ended once by whoever takes it up again"({ store }) {
    const awkward = "a zero \u0000 and half a \ud83d";
    const aside = (name: string, job: unknown = awkward) => ({ task: "parked", input: { task: "parked", name, job }, runAt: NEVER });
    const [key, other] = [someone(), someone()];
    await happen(store, key, owing(aside("announce"), aside("greet"), { task: "call", input: { task: "parked", name: "announce" } }));
    await happen(store, other, owing(aside("announce", "theirs")));
    const [first, ...none] = await store.keptJobs({ name: "announce", after: 0, limit: 1 });
    expect(none).toEqual([]);
    expect(first).toMatchObject({ key, input: { name: "announce" }, attempt: 0 });
    expect(await store.keptJobs({ name: "announce", after: first!.id, limit: 9 })).toMatchObject([
      { key: other, input: { job: "theirs" } },
    ]);
    const again = { key, factId: "again", by: { job: first!, isDone: true }, decide: owing({ task: "call again" }) };
    expect((await store.record(again)).repeats).toBeNull();
    expect((await store.record(again)).repeats).not.toBeNull();
    await expect(store.record({ ...again, factId: "and again" })).rejects.toThrow(ClaimLost);
    expect((await store.keptJobs({ name: "announce", after: 0, limit: 9 })).map((job) => job.key)).toEqual([other]);
  },
};
