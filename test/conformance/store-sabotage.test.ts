import { setImmediate as turn } from "node:timers/promises";
import { automated } from "@baton/bridge-server/conversation/lifecycle";
import type { NoteBody } from "@baton/bridge-server/conversation/records";
import type { KeptKey } from "@baton/bridge-server/store/audit";
import type { ListedHandoff } from "@baton/bridge-server/store/handoff-list";
import type { ConversationKey, Decision, Job, Known, NewFact, Recorded, Store } from "@baton/bridge-server/store/store";
import { describe, expect, test } from "vitest";
import { withStore } from "./store-kinds.ts";
import { deciding, someone, upTo, type StoreUnderTest } from "./store-under-test.ts";
import { storeRules } from "./store.ts";

// A contract that nothing can fail proves nothing: each rule must catch a store that breaks it.
const sabotage: Record<string, (honest: Store, test: StoreUnderTest) => Partial<Store>> = {
  S1: (honest) => ({
    entriesAfter: async (...asked) => Array.from(await honest.entriesAfter(...asked), (entry) => ({ ...entry, seq: entry.seq * 2 })),
  }),
  S2: (honest) => ({ record: (fact) => honest.record({ ...fact, factId: someone().id }) }),
  S3: (honest) => ({ record: (fact) => savingFailures(honest, fact) }),
  S4: (honest) => ({
    async record(fact) {
      const before = (await honest.read(fact.key))?.lifecycle ?? automated("");
      return honest.record({ ...fact, decide: () => fact.decide(before) });
    },
  }),
  S5: (honest) => ({ record: (fact) => honest.record(redecided(fact, (decision) => ({ ...decision, lifecycle: automated("") }))) }),
  S6(honest) {
    const given: Job[] = [];
    return { claimJobs: async (...asked) => (given.push(...(await honest.claimJobs(...asked))), [...given]) };
  },
  S7: (honest) => ({ claimJobs: (limit, leaseMs) => honest.claimJobs(limit, leaseMs * 10) }),
  S8: (honest) => ({
    finishJob: async (job, retryAt) => (await Promise.all(everyClaim(job).map((claim) => honest.finishJob(claim, retryAt)))).some(Boolean),
  }),
  S9: (honest) => ({ record: (fact) => honest.record(withJobs(fact, (job) => without(job, "runAt"))) }),
  S10: (honest) => ({ claimJobs: handingOut(honest, () => ({ id: 1 })) }),
  S11: (honest) => ({ record: (fact) => honest.record(withJobs(fact, (job) => without(job, "lane"))) }),
  S12: (honest) => ({
    claimJobs: handingOut(honest, (job) => ({ lost: job.attempt - 1 })),
  }),
  S13: (honest) => ({
    claimJobs: handingOut(honest, () => ({ lifecycle: automated("") })),
  }),
  S14: (honest) => ({ find: async (name) => withoutHandoff(await honest.find(name)) }),
  S15: (honest) => ({
    record: (fact) =>
      honest.record(redecided(fact, (decision) => ({ ...decision, names: decision.names.map((name) => without(name, "expiresAt")) }))),
  }),
  S16(honest) {
    const latest = new Map<string, Known>();
    return {
      async record(fact) {
        for (const { value, handoff } of fact.decide(automated("")).names) latest.set(value, { key: fact.key, handoff: handoff ?? null });
        return honest.record(fact);
      },
      find: async ({ value }) => latest.get(value) ?? null,
    };
  },
  S17: (honest) => ({
    entriesAfter: async (key, ...asked) => [...(await honest.entriesAfter(key, ...asked)), ...(await honest.notes(key))],
  }),
  S18(honest) {
    const anywhere = ({ id }: ConversationKey) => ({ site: "everybody's", id });
    return {
      record: (fact) => honest.record({ ...fact, key: anywhere(fact.key) }),
      read: (key) => honest.read(anywhere(key)),
      entriesAfter: (key, ...asked) => honest.entriesAfter(anywhere(key), ...asked),
      notes: (key) => honest.notes(anywhere(key)),
    };
  },
  S19: (honest) => ({ record: async (fact) => ({ ...(await honest.record(fact)), repeats: null }) }),
  S20(honest) {
    let together: Promise<Recorded>[] = [];
    return {
      async record(fact) {
        const own = honest.record(fact);
        own.catch(() => {}); // told below, with all others
        together.push(own);
        const group = together;
        await turn();
        together = [];
        await Promise.all(group);
        return own;
      },
    };
  },
  S21: (honest, { clock }) => ({ turnsOn: (site) => honest.turnsOn(site, clock.now().toISOString().slice(0, 10)) }),
  S22: () => ({ seen: async () => {} }),
  S23: (honest) => ({ entriesAfter: (key, after) => honest.entriesAfter(key, after) }),
  S24: (honest) => ({ record: (fact) => honest.record(redecided(fact, (decision) => ({ ...decision, notes: ["parked"] }))) }),
  S25(honest) {
    let count = 0;
    return {
      async record(fact) {
        if (count++ % 2 === 0) await turn();
        return honest.record(fact);
      },
    };
  },
  S26: (honest) => ({
    async read(key) {
      const known = await honest.read(key);
      return known && { ...known, lastAt: known.beganAt };
    },
  }),
  S42: (honest) => ({ record: (fact) => honest.record(redecided(fact, (decision) => without(decision, "erases"))) }),
  S55: (honest) => ({ record: (fact) => honest.record(redecided(fact, (decision) => without(decision, "revokesTokens"))) }),
  S27: (honest) => ({ record: (fact) => honest.record(without(fact, "by")) }),
  S28: (honest) => ({
    async record({ by, ...fact }) {
      const recorded = await honest.record(fact);
      if (by?.isDone) await Promise.all(everyClaim(by.job).map((claim) => honest.finishJob(claim)));
      return recorded;
    },
  }),
  S29: (honest) => ({ record: (fact) => honest.record(without(fact, "claimForMs")) }),
  S30: (honest) => ({ record: async (fact) => ({ ...(await honest.record(fact)), nextDue: null }) }),
  S31: (honest) => ({
    async record({ by, ...fact }) {
      const recorded = await honest.record(fact);
      if (by?.isDone) await honest.finishJob(by.job);
      return recorded;
    },
  }),
  S32: (honest, { clock }) => ({
    claimJobs: handingOut(honest, () => ({ since: clock.now().toISOString() })),
  }),
  S78: (honest, { clock }) => ({ claimJobs: handingOut(honest, () => ({ at: clock.now().toISOString() })) }),
  S33: (honest) => ({ claimJobs: (limit, leaseMs) => honest.claimJobs(limit + 1, leaseMs) }),
  S34: (honest) => ({
    async record({ by, ...fact }) {
      if (by?.isDone) await honest.finishJob(by.job);
      return honest.record(fact);
    },
  }),
  S35: () => ({ renew: async (jobs) => jobs }),
  S36(honest) {
    const put = new Map<number, Date>();
    return {
      async finishJob(job, retryAt) {
        if (!retryAt) return honest.finishJob(job);
        put.set(job.id, retryAt);
        return false;
      },
      renew: async (jobs, leaseMs) => (await honest.renew(jobs, leaseMs)).filter(({ id }) => !put.has(id)),
    };
  },
  S37: (honest) => ({
    renew: async (jobs, leaseMs) => (await honest.renew(jobs.flatMap(everyClaim), leaseMs), honest.renew(jobs, leaseMs)),
  }),
  S38: (honest) => ({ backlog: async () => ({ ...(await honest.backlog()), kept: 0 }) }),
  S40: (honest) => ({ record: (fact) => honest.record(fact.by ? { ...fact, by: { ...fact.by, isDone: true } } : fact) }),
  S39: () => ({ probe: async () => {} }),
  S41: (honest) => ({ resume: (name, after, limit) => honest.resume(name, after, limit + 1) }),
  S43: (honest) => ({ handoffs: listing(honest, (row) => ({ ...row, cause: null })) }),
  S44: (honest) => ({ handoffs: (query) => honest.handoffs(without(query, "before")) }),
  S45: (honest) => ({ handoffChanges: (after, limit) => honest.handoffChanges(after + 1, limit) }),
  S46: (honest) => ({
    record: (fact) => honest.record(redecided(fact, ({ notes, ...rest }) => ({ ...rest, notes: notes.filter((one) => !isErasure(one)) }))),
  }),
  S48: (honest) => ({ conversations: (query) => honest.conversations(without(query, "before")) }),
  S49: (honest) => ({
    async conversations(query) {
      const { conversations, ...page } = await honest.conversations(query);
      return { ...page, conversations: conversations.map((one) => Object.assign(one, { lastAt: one.beganAt })) };
    },
  }),
  S50: (honest) => ({
    record: (fact) => honest.record({ ...fact, key: { ...fact.key, id: fact.key.id.replace("thread:", "") } }),
  }),
  S51: (honest) => ({ names: async (key) => [{ kind: "token", value: "a hash" }, ...(await honest.names(key))] }),
  S52: (honest) => ({ lastAcceptedAt: (site) => honest.lastAcceptedAt(site, "refunds") }),
  S53: (honest) => ({ jobsOf: async (key) => (await honest.jobsOf(key)).filter(({ state }) => state.is !== "kept") }),
  S54: (honest) => ({ keptJobs: (asked) => honest.keptJobs({ ...asked, limit: 9 }) }),
  S60: (honest) => ({ endings: async (...asked) => (await honest.endings(...asked)).toReversed() }),
  S61: (honest) => ({ endingsOf: async (key) => (await honest.endingsOf(key)).slice(-1) }),
  S62: (honest) => ({ endings: async (after, limit) => (await honest.endings(after, limit)).slice(after > 0 ? 1 : 0) }),
  S63: (honest) => ({ conversationsOfVisitor: (_, id) => honest.conversationsOfVisitor("bank", id) }),
  S77: (honest) => ({ forgetBefore: (key, before, limit) => honest.forgetBefore(key, before, limit + 1) }),
  S64: (honest) => ({ rewrite: (key, rewriting) => honest.rewrite(key, { ...rewriting, note: (body) => body }) }),
  S65: (honest) => ({ mark: async (name) => (await honest.mark(name)) % 2 ** 31 }),
  S66: (honest) => ({ auditBefore: (before, limit) => honest.auditAfter(before ?? 0, limit) }),
  S67(honest) {
    const kept: KeptKey[] = [];
    return {
      saveOperatorKey: async (key) => (kept.push(key), honest.saveOperatorKey(key)),
      async endOperatorKey(id, at) {
        await honest.endOperatorKey(id, at);
        const isGone = !(await honest.operatorKeys()).some((key) => key.id === id);
        if (isGone) await honest.saveOperatorKey({ ...kept.find((key) => key.id === id)!, expiresAt: at });
      },
    };
  },
  S68: (honest) => ({
    async addDestinations(version) {
      const [latest] = await honest.destinationVersions(version.site, null, 1);
      return (await honest.addDestinations({ ...version, number: (latest?.number ?? 0) + 1 })) || true;
    },
  }),
  S70: (honest) => ({
    tallies: async (query) => (await honest.tallies(query)).map((tally) => Object.assign(tally, { handedOff: tally.handoffs })),
  }),
  S73: (honest) => ({
    async record(fact) {
      const recorded = await honest.record(fact);
      return fact.by && fact.by.job.key.id !== fact.key.id ? { ...recorded, nextDue: null } : recorded;
    },
  }),
  S72: (honest) => ({ finishJob: async (...asked) => (await honest.finishJob(...asked), true) }),
  S71: (honest) => ({ tallies: (query) => honest.tallies({ ...query, until: "2999-01-01" }) }),
  S74: (honest) => ({ optOuts: (query) => honest.optOuts({ ...query, begins: "thread:" }) }),
  S75: (honest) => ({ optOuts: (query) => honest.optOuts(without(query, "before")) }),
  S76: (honest) => ({
    optOuts: async (query) => {
      const lasts = await Promise.all(
        (await honest.optOuts(query)).map(async (one) => Object.assign(one, { body: (await honest.notes(one.key)).at(-1)?.body })),
      );
      return lasts.filter(({ body }) => (body as NoteBody).type === "opted_out");
    },
  }),
  S47: (honest) => ({ handoffs: listing(honest, (row) => ({ ...row, reason: row.reason?.slice(0, 100) ?? null })) }),
};

describe.each(Object.entries(storeRules))("%s", (rule, check) => {
  const number = rule.split(" ")[0]!; // split never gives nothing
  test(`catches a store that breaks ${number}`, async () => {
    const breakIt = sabotage[number];
    expect(breakIt, `Write a saboteur for ${number}: a rule that nothing can fail proves nothing.`).toBeDefined();
    await withStore("sqlite", async (honest) => {
      const broken = (store: Store): Store => ({ ...store, ...breakIt!(store, honest) }); // shown to be there
      const verdict = check({ ...honest, store: broken(honest.store), reopen: async () => broken(await honest.reopen()) });
      await expect(verdict).rejects.toThrow();
    });
  });
});

test("every saboteur has a rule", () => {
  expect(Object.keys(sabotage).sort()).toEqual(
    Object.keys(storeRules)
      .map((rule) => rule.split(" ")[0])
      .sort(),
  );
});

function listing(honest: Store, change: (row: ListedHandoff) => ListedHandoff): Store["handoffs"] {
  return async (query) => {
    const page = await honest.handoffs(query);
    return { ...page, handoffs: page.handoffs.map(change) };
  };
}

const isErasure = (note: unknown) => (note as NoteBody).type === "erased"; // the rules about handoffs write no other notes

function redecided(fact: NewFact, change: (decision: Decision) => Decision): NewFact {
  return { ...fact, decide: (current) => change(fact.decide(current)) };
}

function withJobs(fact: NewFact, change: (job: Decision["jobs"][number]) => Decision["jobs"][number]): NewFact {
  return redecided(fact, (decision) => ({ ...decision, jobs: decision.jobs.map(change) }));
}

/** The claims of others on the same job, as far as one can guess. */
function everyClaim(job: Job): Job[] {
  return upTo(5).flatMap((attempt) => upTo(attempt).map((before) => Object.assign({}, job, { attempt, lost: before - 1 })));
}

/** A copy that lacks one optional member. */
function without<T extends object>(whole: T, member: keyof T): T {
  const rest = { ...whole };
  delete rest[member];
  return rest;
}

function handingOut(honest: Store, change: (job: Job) => Partial<Job>): Store["claimJobs"] {
  return async (...asked) => Array.from(await honest.claimJobs(...asked), (job) => ({ ...job, ...change(job) }));
}

function withoutHandoff(known: Known | null): Known | null {
  return known && { ...known, handoff: null };
}

/** Remembers the fact although deciding it failed. */
async function savingFailures(honest: Store, fact: NewFact): Promise<Recorded> {
  let failure: unknown = null;
  const recorded = await honest.record({
    ...fact,
    decide(current) {
      try {
        return fact.decide(current);
      } catch (error) {
        failure = error;
        return deciding({})(current);
      }
    },
  });
  if (failure !== null) throw failure;
  return recorded;
}
