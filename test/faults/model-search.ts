import { handoffsIn } from "./model-orders.ts";
import { isMove } from "./model-work.ts";
import { broken } from "./model-promises.ts";
import { beginning, eventsOf, step } from "./model-steps.ts";
import { realSubject, type Budget, type ModelEvent, type ModelSite, type Moment, type Subject, type World } from "./model.ts";

export interface Search {
  site: ModelSite;
  /** What has happened before the search begins. */
  after?: ModelEvent[];
  left: Budget;
  depth: number;
  subject?: Subject;
  /** Stops as soon as a promise that reads like this is broken. */
  until?: RegExp;
  /** Stops when it has seen so many. */
  mostStates?: number;
}

export interface Found {
  states: number;
  transitions: number;
  depth: number;
  /** Each promise that was broken, with a shortest way to it. */
  violations: { promise: string; path: ModelEvent[] }[];
  /** The way to the n-th state. */
  pathTo(state: number): ModelEvent[];
}

/** Every world that can be reached in `depth` events, nearest first, each looked at once. */
export function search({ site, after = [], left, depth, subject = realSubject, until, mostStates = Infinity }: Search): Found {
  const parents: number[] = [-1];
  const through: (ModelEvent | null)[] = [null];
  const violations = new Map<string, ModelEvent[]>();
  let transitions = 0;
  let root = beginning(site, subject, left);
  for (const event of after) root = step(root, event, site, subject).world;
  const known = new Set<number>([hashOf(keyOf(root))]);
  let frontier = [{ world: root, index: 0 }];
  let reached = 0;

  const pathTo = (state: number): ModelEvent[] => {
    const path: ModelEvent[] = [];
    for (let at = state; at > 0; at = parents[at]!) path.push(through[at]!); // both have an entry for each state
    return [...after, ...path.toReversed()];
  };

  const hasSeenEnough = () => parents.length >= mostStates || (until && [...violations.keys()].some((promise) => until.test(promise)));
  const isOver = () => reached === depth || frontier.length === 0 || hasSeenEnough();
  while (!isOver()) {
    const next: typeof frontier = [];
    for (const { world, index } of frontier) {
      if ((until || mostStates < Infinity) && hasSeenEnough()) break;
      const closing = closes(world);
      for (const event of eventsOf(world, subject)) {
        const now = step(world, event, site, subject);
        transitions++;
        if (isPointless(event, world, now)) continue;
        const promises = broken(now, world);
        for (const promise of promises) if (!violations.has(promise)) violations.set(promise, [...pathTo(index), event]);
        if (promises.length > 0) continue; // what follows from a broken world says nothing
        if (closing && closing !== ("job" in event && event.job)) continue;
        const hash = hashOf(keyOf(now.world));
        if (known.has(hash)) continue;
        known.add(hash);
        (closing ? frontier : next).push({ world: now.world, index: parents.length });
        parents.push(index);
        through.push(event);
      }
    }
    frontier = next;
    reached++;
  }
  const found = [...violations].map(([promise, path]) => ({ promise, path }));
  return { states: parents.length, transitions, depth: reached, violations: found, pathTo };
}

/** Ends what nobody is at any more. It gets in nobody's way, so it is done before all else and counts for nothing. */
function closes({ jobs }: World): number | undefined {
  const isFirst = ({ id, lane, isClaimed }: World["jobs"][number]) => !isClaimed && !jobs.some((one) => one.lane === lane && one.id < id);
  return jobs.find((job) => job.task.task === "end_assistant_chat" || (job.task.task === "close_handoff" && isFirst(job)))?.id;
}

/**
 * Nothing has come of it, and nothing ever will: of a repeated fact, of news and deadlines of a handoff that is over, of any work left
 * once all is over. Not followed, because whatever can follow can follow without it.
 */
function isPointless(event: ModelEvent, before: World, now: Moment): boolean {
  if (now.calls.length > 0 || now.world.lifecycle !== before.lifecycle || now.entries.length > 0) return false;
  if (event.do === "is_sent_again") return true;
  if (now.decided.some(({ decision }) => decision.jobs.length > 0)) return false;
  const current = "handoff" in before.lifecycle ? before.lifecycle.handoff : null;
  if (event.do === "orders") return true;
  if (event.do === "acts") return before.chats.every(({ ref, handoff }) => ref !== event.ref || handoff !== current);
  if (event.do !== "works" || event.fate !== "reports") return false;
  const job = before.jobs.find(({ id }) => id === event.job);
  if (!job || job.lane !== null) return false;
  return before.lifecycle.phase === "ended" || ("handoff" in job.task && job.task.handoff !== current);
}

/** What tells two worlds apart as far as anything can follow from it: not how they came about, nor how work is numbered. */
function keyOf(world: World): string {
  const { lifecycle, jobs, runs, chats, lines, marks, left } = world;
  const job = (one: World["jobs"][number]) => `${JSON.stringify(one.task)}${one.attempt - one.putBack}${one.isClaimed}`;
  const inLane = jobs.filter(({ lane }) => lane !== null).map((one) => `${one.lane}${job(one)}`);
  const others = jobs.filter(({ lane }) => lane === null).map(job);
  const lanes = [...inLane.filter((one) => one.startsWith("a")), ...inLane.filter((one) => one.startsWith("v"))];
  const started = runs.map((run) => {
    const own = jobs.find(({ id }) => id === run.job.id);
    const isKnown = world.facts.includes(`job:${run.job.id}`) || world.facts.includes(`job:${run.job.id}:begin:0`);
    return `${JSON.stringify([run.job.task, run.outcome])}${run.isStale}${own?.attempt === run.job.attempt}${own !== undefined}${isKnown}`;
  });
  const initiated = "handoff" in lifecycle ? marks.indexOf(`handoff_initiated ${lifecycle.handoff}`) : -1;
  const said = lines.map(({ id, asked, isSettled }) => {
    const at = marks.indexOf(`said ${id}`);
    const desks = marks.filter((mark, place) => place > at && mark.startsWith("queued "));
    return [at < initiated, asked, isSettled, marks.includes(`undelivered ${id}`), desks.join()].join();
  });
  const steerable = left.orders > 0 ? handoffsIn(marks).slice(0, 1) : [];
  const fallbacks = marks.filter((mark) => /^(?:fallback|routed|asked|message_left) /.test(mark));
  const hasMoved = marks.some(isMove);
  const desks = chats.map(({ ref, isOpen, isKnown, agent, joins, did, transcript, got, knows }) => {
    const has = left.lies > 0 ? [...new Set(did)].sort() : [did.includes("agent_said")];
    return [
      ref,
      isOpen,
      isKnown,
      agent,
      joins,
      has,
      did.filter((type) => type === "ended").length,
      did.at(-1) === "agent_left",
      transcript,
      got,
      knows,
    ];
  });
  const news = [world.parked, world.onTheWay].map((some) => some.map(({ ref, type, agent }) => [ref, type, agent]));
  return JSON.stringify([
    lifecycle,
    lanes,
    others.sort(),
    started.sort(),
    said,
    fallbacks,
    steerable,
    hasMoved,
    desks,
    news,
    world.told.at(-1),
    world.isWarned,
    left,
  ]);
}

/** 53 bits: among a million worlds, two share a hash once in twenty thousand searches. */
function hashOf(key: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low + code, 0x5bd1e995) ^ (low >>> 15);
  }
  high ^= high >>> 13;
  low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high >>> 11) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0);
}

/** A path as a person reads it. */
export function told(path: ModelEvent[]): string {
  return path.map((event) => Object.values(event).join(" ")).join(" → ");
}
