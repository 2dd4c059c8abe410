import type { Hands } from "../bridge.ts";
import { CallError } from "../call.ts";
import { finishedPoint } from "../failpoint-choices.ts";
import { failpoint } from "../failpoint.ts";
import { faultOf, logAbout } from "../log.ts";
import { ClaimLost, type Job } from "../store/store.ts";
import { traced } from "../trace.ts";
import { announceTasks } from "./announce-tasks.ts";
import { choreTasks } from "./chore-tasks.ts";
import { channelTasks } from "./channel-tasks.ts";
import { assistantTasks } from "./assistant-tasks.ts";
import { deadlineTasks } from "./deadline-tasks.ts";
import { erasureTasks } from "./erasure-tasks.ts";
import { handoffTasks } from "./handoff-tasks.ts";
import { createListening } from "./listening.ts";
import { mailTasks } from "./mail-tasks.ts";
import { newsTasks } from "./news-tasks.ts";
import { createParking } from "./parking.ts";
import { relayTasks } from "./relay-tasks.ts";
import type { Parked } from "../bridge-kept.ts";
import { oweStanding, standingTasks } from "./standing-tasks.ts";
import { isElsewhere, isLater, SET_ASIDE, type AnyTask, type Outside, type Outcome, type TaskRules } from "./task.ts";

const tasks: { [T in AnyTask["task"]]: TaskRules<Extract<AnyTask, { task: T }>> } = {
  ...assistantTasks,
  ...handoffTasks,
  ...relayTasks,
  ...deadlineTasks,
  ...newsTasks,
  ...mailTasks,
  ...erasureTasks,
  ...announceTasks,
  ...channelTasks,
  ...choreTasks,
  ...standingTasks,
  parked: {
    /** Only somebody's hand brings it here: it is tried for some minutes as what it was. */
    run({ job: parked, since }, job, outside) {
      const task = parked as AnyTask; // it was parked from here
      return rulesOf(task).run(task, since === undefined ? job : { ...job, since, at: since }, outside);
    },
    again(error, job, outside) {
      const { job: parked } = job.input as Parked;
      const broughtBack = { ...job, since: outside.clock.now().toISOString() }; // what it has waited before counts no more
      return job.attempt < TRIES_BROUGHT_BACK ? rulesOf(parked as AnyTask).again(error, broughtBack, outside) : null;
    },
    giveUp({ name }, error, { id, key, attempt }, { log }) {
      log({ event: "job_parked", level: "error", job: id, task: name, conversation: key.id, count: attempt, error: error.message });
      return SET_ASIDE;
    },
  },
};
const rulesOf = ({ task }: AnyTask) => tasks[task] as TaskRules<AnyTask>;

const TRIES_BROUGHT_BACK = 5;
/** Most jobs wait for somebody else's answer, so many may be under way. */
const ROOM = 2_000;
const BATCH = 100;
/** Work is woken by the write that owes it; this only backs that up. */
const POLL_MS = 1_000;

/** A job that is being worked on. */
interface Work {
  job: Job;
  since: number;
  done: Promise<void>;
  /** Its lease was over and somebody else has it: what comes of it here is not reported. */
  isOvertaken: boolean;
}

/** Does what is owed, as soon as it is owed. Safe to run in any number of processes at once. */
export function createWorker(outside: Outside): Worker {
  const { store, bridge, clock, log } = outside;
  const { leaseMs } = bridge;
  /** Often enough that two renewals may fail before a lease is over. */
  const renewMs = (leaseMs * 5) / 16;
  const parking = createParking(outside);
  const listening = createListening(outside);
  const underWay = new Set<Work>();
  let renewedAt = 0;
  let renewing: Promise<void> | null = null;
  let isStopping = false;
  let stopOwing = () => {};
  /** Facts that are being saved, with jobs that may be claimed for us. */
  let reaching = 0;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let wakeUp = { at: Infinity, cancel: () => {} };

  const hands: Hands = {
    reach() {
      if (!hasRoom()) return null;
      reaching++;
      return (claimed) => {
        reaching--;
        claimed.forEach(begin);
      };
    },
    wakeAt(due) {
      const at = due.getTime();
      const inMs = at - clock.now().getTime();
      if (inMs <= 0) return look();
      if (isStopping || at >= wakeUp.at) return;
      wakeUp.cancel();
      const cancel = clock.after(inMs, () => {
        wakeUp = { at: Infinity, cancel: () => {} };
        look();
      });
      wakeUp = { at, cancel };
    },
  };

  return {
    start() {
      bridge.employ(hands);
      listening.start();
      stopOwing = oweStanding(outside);
      look();
      poll();
    },
    async stop(withinMs) {
      isStopping = true;
      stopOwing();
      wakeUp.cancel();
      await Promise.race([Promise.all([idle(), listening.stop()]), new Promise<void>((done) => clock.after(withinMs, done))]);
      await handOver();
    },
  };

  function hasRoom(): boolean {
    return !isStopping && underWay.size < ROOM;
  }

  async function idle(): Promise<void> {
    do await Promise.allSettled([...[...underWay].map(({ done }) => done), nextTurn()]);
    while (isBusy());
  }

  /** Also when what was claimed for us is still on its way here. */
  function isBusy(): boolean {
    return underWay.size > 0 || looking !== null || reaching > 0;
  }

  function poll(): void {
    clock.after(POLL_MS, () => {
      void renew(); // also while it is stopping: what is under way is still ours
      if (isStopping && underWay.size === 0) return;
      look();
      poll();
    });
  }

  /** Says of what has been under way for a while that it still is. Resolves once that is known, whoever has asked for it. */
  function renew(): Promise<void> {
    const now = clock.now().getTime();
    if (now - renewedAt < renewMs) return renewing ?? Promise.resolve();
    renewedAt = now;
    const ours = renewAll(now).finally(() => {
      if (renewing === ours) renewing = null;
    });
    return (renewing = ours);
  }

  /** Lets go of what others have taken meanwhile. */
  async function renewAll(now: number): Promise<void> {
    const held = [...underWay].filter(({ since, isOvertaken }) => !isOvertaken && now - since >= renewMs);
    const jobs = [...held.map(({ job }) => job), ...listening.jobs()];
    if (jobs.length === 0) return;
    try {
      const ours = new Set(await store.renew(jobs, leaseMs));
      for (const work of held) if (!ours.has(work.job)) work.isOvertaken = true;
      for (const job of jobs) if (!ours.has(job)) listening.lost(job);
    } catch (error) {
      log({ event: "store_unreachable", level: "error", error: faultOf(error) }); // the next renewal, or the lease's end, decides
    }
  }

  /** What could not be finished is somebody else's at once, rather than when its lease is over. */
  async function handOver(): Promise<void> {
    const left = [...underWay];
    for (const work of left) work.isOvertaken = true;
    if (left.length === 0) return;
    const jobs = left.map(({ job }) => job);
    await store.renew(jobs, 0).catch((error: unknown) => log({ event: "store_unreachable", level: "error", error: faultOf(error) })); // then its lease decides
  }

  /** Many wishes to look within one turn of the loop are one look. */
  function look(): void {
    lookAgain = true;
    if (looking || isStopping || !hasRoom()) return; // whoever makes room looks again
    looking = nextTurn()
      .then(claimAll)
      .finally(() => {
        looking = null;
        if (lookAgain) look();
      });
  }

  async function claimAll(): Promise<void> {
    while (lookAgain && hasRoom()) {
      lookAgain = false;
      await renew(); // first, so that a machine that was asleep does not take its own jobs for somebody else's
      try {
        const jobs = await store.claimJobs(BATCH, leaseMs);
        jobs.forEach(begin);
        if (jobs.length === BATCH) lookAgain = true;
      } catch (error) {
        log({ event: "store_unreachable", level: "error", error: faultOf(error) });
        return; // the poll looks again
      }
    }
  }

  function begin(job: Job): void {
    if (job.task === "listen") return listening.take(job);
    const work: Work = { job, since: clock.now().getTime(), done: Promise.resolve(), isOvertaken: false };
    underWay.add(work);
    work.done = workOn(work)
      .catch((error: unknown) => {
        const { id, task, key } = job; // its lease runs out: better one job that is stuck than all of them dead
        log({ event: "job_broke", level: "error", job: id, task, conversation: key.id, error: faultOf(error) });
      })
      .finally(() => {
        underWay.delete(work);
        if (lookAgain) look();
      });
  }

  async function workOn(work: Work): Promise<void> {
    const { job } = work;
    const task = job.input as AnyTask; // written by `decide` or `heard`, in this program's own types
    const about = { site: job.key.site, conversation: job.key.id, job: job.id, task: task.task };
    const handoff = "handoff" in task && task.handoff !== null ? { handoff: task.handoff } : {};
    return logAbout({ ...about, ...handoff }, async () => {
      const rules = rulesOf(task);
      if (parking.isDeadly(job)) return parking.setAside(job, task, rules, new Error("whoever takes it is not heard of again"));
      try {
        await traced({ name: `job ${task.task}`, after: job }, async () => report(work, await outcomeOf(job, task, rules)));
        parking.done(job);
      } catch (error) {
        if (error instanceof ClaimLost)
          return log({ event: "claim_lost", level: "warn", job: job.id, task: job.task, conversation: job.key.id });
        const at = await parking.broke(job, task, rules, error);
        if (at) hands.wakeAt(at);
      }
    });
  }

  async function outcomeOf(job: Job, task: AnyTask, rules: TaskRules<AnyTask>): Promise<Outcome> {
    try {
      return await rules.run(task, job, outside);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const { id, key } = job;
      log({ event: "call_failed", level: "warn", job: id, task: task.task, conversation: key.id, kind: error.kind, error: error.message });
      const waitMs = rules.again(error, job, outside);
      return waitMs === null ? rules.giveUp(task, error, job, outside) : { laterMs: waitMs, because: error.kind };
    }
  }

  /** Of two workers that did the same job, only the one that holds it now is believed: what the other brings is not saved. */
  async function report({ job, isOvertaken }: Work, outcome: Outcome): Promise<void> {
    if (isOvertaken) return;
    if (outcome === null) {
      const isAwaited = await store.finishJob(job);
      failpoint(finishedPoint(job));
      if (isAwaited) look();
      return;
    }
    if (outcome === SET_ASIDE) return void (await bridge.setAside(job, null));
    if (!isLater(outcome)) {
      const { of, factId, fact } = isElsewhere(outcome) ? outcome : { of: job.key, factId: `job:${job.id}`, fact: outcome };
      await bridge.happened(of, factId, fact, { by: { job, isDone: true } });
      return;
    }
    const at = new Date(clock.now().getTime() + outcome.laterMs);
    await store.finishJob(job, at);
    hands.wakeAt(at);
  }
}

export interface Worker {
  start(): void;
  /** Takes nothing new and waits for what is under way; what is not done by then is at once whoever's works next. */
  stop(withinMs: number): Promise<void>;
}

const nextTurn = () => new Promise<void>((done) => setImmediate(done));
