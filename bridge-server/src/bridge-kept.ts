import { newJob, owing } from "./bridge-jobs.ts";
import type { Clock } from "./clock.ts";
import type { Announced, Fact, Task } from "./conversation/facts.ts";
import type { Lifecycle } from "./conversation/lifecycle.ts";
import {
  ClaimLost,
  NEVER,
  type ConversationKey,
  type Decision,
  type Job,
  type KeptJobs,
  type NewFact,
  type NewJob,
  type Recorded,
  type Store,
} from "./store/store.ts";

/**
 * A job that was set aside: nobody does it until somebody puts it back into the present by hand. `since`: when it was first owed, by the
 * store's clock.
 */
export type Parked = { task: "parked"; name: string; job: unknown; since?: string };

/** Something that a system was to be told and was not. */
export interface KeptDelivery {
  /** The kept job's. */
  id: number;
  key: ConversationKey;
  /** The receiver's name. */
  to: string;
  /** What it is to the receiver, at every try. */
  event: string;
  told: Announced;
  /** ISO 8601, when it happened. */
  since: string | null;
}

type Parts = {
  store: Store;
  clock: Clock;
  record(fact: NewFact): Promise<Recorded>;
  decided(key: ConversationKey, lifecycle: Lifecycle, fact: Fact): Decision;
};

const AT_ONCE = 100;

/** Jobs that nobody does any more, and the way back for those that can be done once more. */
export function keeping({ store, clock, record, decided }: Parts) {
  return {
    /** Ends a job that cannot be done: what is concluded is written down, its lane is free, and the job is kept for whoever looks into it. */
    async setAside(job: Job, conclusion: Fact | null): Promise<Recorded> {
      const aside: Parked = { task: "parked", name: job.task, job: job.input, since: job.at };
      const input = job.task === aside.task ? (job.input as Parked) : aside; // brought back in vain, it is kept as what it was
      return record({
        key: job.key,
        factId: `job:${job.id}`,
        by: { job, isDone: true },
        decide(lifecycle) {
          const kept: NewJob = { task: input.task, input, runAt: NEVER };
          if (conclusion === null) return owing(kept)(lifecycle);
          const { jobs, ...rest } = decided(job.key, lifecycle, conclusion);
          return { ...rest, jobs: [...jobs, kept] };
        },
      });
    },

    /** A page of what systems were to be told and were not, the first to be given up first. */
    async keptDeliveries(asked: Omit<KeptJobs, "name">): Promise<KeptDelivery[]> {
      return (await store.keptJobs({ ...asked, name: "announce" })).map(deliveryOf);
    },

    /** How many `replayBetween` would owe once more now. */
    async keptBetween(since: string, until: string, to: string | null): Promise<number> {
      let count = 0;
      for await (const _ of happenedBetween(since, until, to)) count++;
      return count;
    },

    /**
     * Owes everything once more that happened from `since` until before `until` (ISO 8601) and was given up, to one receiver or to all,
     * in the order in which it was given up. Resolves with how many.
     */
    async replayBetween(since: string, until: string, to: string | null): Promise<number> {
      let count = 0;
      for await (const { id } of happenedBetween(since, until, to)) if (await this.replay(id)) count++;
      return count;
    },

    /**
     * Owes a kept delivery once more, behind whatever else its receiver is still to be told of the conversation. `null`: it is not kept,
     * or no longer.
     */
    async replay(id: number): Promise<KeptDelivery | null> {
      const [job] = await store.keptJobs({ name: "announce", after: id - 1, limit: 1 });
      if (job?.id !== id) return null;
      const delivery = deliveryOf(job);
      const { to, event, told, since } = delivery;
      const task: Task = { task: "announce", to, id: event, ...told, ...(since !== null && { at: since }) };
      try {
        // Nobody else can hold a kept job, so whoever writes its end down first is the one who sends it again.
        await record({ key: job.key, factId: `job:${id}`, by: { job, isDone: true }, decide: owing(newJob({ task }, clock.now())) });
      } catch (error) {
        if (error instanceof ClaimLost) return null;
        throw error;
      }
      return delivery;
    },
  };

  /** Read page by page, so that those which are sent meanwhile are in nobody's way. */
  async function* happenedBetween(since: string, until: string, to: string | null): AsyncGenerator<KeptDelivery> {
    for (let after = 0; ;) {
      const kept = (await store.keptJobs({ name: "announce", after, limit: AT_ONCE })).map(deliveryOf);
      for (const one of kept) {
        if (one.since !== null && one.since >= since && one.since < until && (to === null || one.to === to)) yield one;
      }
      if (kept.length < AT_ONCE) return;
      after = kept.at(-1)!.id; // there are some
    }
  }
}

function deliveryOf({ id, key, input }: Job): KeptDelivery {
  const { job, since = null } = input as Parked; // only what was set aside is kept
  const { to, id: event, type, handoff, cause, at } = job as Extract<Task, { task: "announce" }>; // and it was asked for by name
  return { id, key, to, event, told: { type, handoff, cause }, since: at ?? since };
}
