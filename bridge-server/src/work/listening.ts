import type { Listen } from "../bridge.ts";
import { ANY_SITE } from "../bridge-jobs.ts";
import { CallError } from "../call.ts";
import { pause } from "../clock.ts";
import type { Batch, Connector, Inbound } from "../connectors/connector.ts";
import type { Lifecycle } from "../conversation/lifecycle.ts";
import { vendorChatName } from "../conversation/move.ts";
import { faultOf } from "../log.ts";
import type { Job } from "../store/store.ts";
import type { Outside } from "./task.ts";

/** Before a desk that cannot be listened to is tried again. Whoever has heard something begins at the first of these. */
const WAITS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** What was well for so long has not failed again and again: many a stream is cut once an hour. */
const WELL_AFTER_MS = 60_000;
/** Between looks of a desk that is asked rather than held. */
const LOOK_AGAIN_MS = 1_000;
/** A process whose configuration lacks a connector leaves its listening to those that know it. */
const NOT_HERE_MS = 5_000;

interface Held {
  /** The claim under which it is listened to. Another one after each batch. */
  job: Job;
  stop: AbortController;
  done: Promise<void>;
  /** Somebody else has the job: what becomes of it is theirs to say. */
  isLost: boolean;
}

/**
 * Holds the streams and polls of desks that do not call us. Each is one job whose claim is renewed like any other, so one process
 * holds it; when that process dies, the claim runs out and another begins at the cursor in the job.
 */
export function createListening(outside: Outside): Listening {
  const { bridge, store, clock, log } = outside;
  const held = new Set<Held>();
  let isStopping = false;

  return {
    start() {
      for (const [name, { inbound }] of Object.entries(connectors()))
        if (inbound.style === "listen" && inbound.scope === "account") oweAccount(name);
    },
    take(job) {
      const one: Held = { job, stop: new AbortController(), done: Promise.resolve(), isLost: false };
      held.add(one);
      if (isStopping) one.stop.abort();
      one.done = hold(one)
        .catch((error: unknown) => log({ event: "job_broke", level: "error", ...about(one.job), error: faultOf(error) })) // its lease runs out
        .finally(() => held.delete(one));
    },
    jobs: () => [...held].map(({ job }) => job),
    lost(job) {
      for (const one of held) {
        if (one.job !== job) continue;
        one.isLost = true;
        one.stop.abort();
      }
    },
    async stop() {
      isStopping = true;
      for (const { stop } of held) stop.abort();
      await Promise.all([...held].map(({ done }) => done));
    },
  };

  function connectors(): Record<string, Connector> {
    const all = outside.sites().flatMap((site) => Object.entries(outside.site(site).connectors));
    return Object.fromEntries(all.map(([name, { connector }]) => [name, connector]));
  }

  function oweAccount(name: string): void {
    bridge.listens({ site: ANY_SITE, id: `account:${name}` }, name, null).catch((error: unknown) => {
      log({ event: "store_unreachable", level: "error", connector: name, error: faultOf(error) });
      clock.after(NOT_HERE_MS, () => isStopping || oweAccount(name));
    });
  }

  async function hold(one: Held): Promise<void> {
    const laterMs = await listen(one);
    if (one.isLost) return;
    if (laterMs === "over") await store.finishJob(one.job);
    else await store.finishJob(one.job, new Date(clock.now().getTime() + laterMs));
  }

  /** Listens until the chat is over, or until somebody has to begin anew, in so many milliseconds. */
  async function listen(one: Held): Promise<number | "over"> {
    const { connector: name, chat } = listenOf(one.job);
    const connector = connectors()[name];
    if (!connector || connector.inbound.style === "webhook") return chat === null ? NOT_HERE_MS : "over";
    const { inbound } = connector;
    const restMs = inbound.style === "listen" ? LOOK_AGAIN_MS : inbound.lookAgainMs;
    const since = clock.now().getTime();
    const watch = chat === null ? null : await watchChat(one, name, chat);
    const ended = () => (watch?.isOver() ? "over" : 0);
    try {
      while (!one.stop.signal.aborted) {
        for await (const batch of batchesFrom(inbound, one)) {
          const sites = chat === null ? outside.sites() : one.job.key.site;
          for (const news of batch.news) await bridge.heard(sites, name, news);
          if (!(await keep(one, batch.cursor)) || one.stop.signal.aborted) return ended();
        }
        await pause(clock, restMs, one.stop.signal);
      }
      return ended();
    } catch (error) {
      if (one.stop.signal.aborted) return ended();
      const isCall = error instanceof CallError;
      log({ event: "listening_broke", level: isCall ? "warn" : "error", ...about(one.job), connector: name, error: faultOf(error) });
      const isWell = clock.now().getTime() - since >= WELL_AFTER_MS;
      const wait = WAITS[Math.min(isWell ? 1 : one.job.attempt, WAITS.length) - 1] ?? 0;
      return Math.max(wait, isCall ? (error.answer?.retryAfterMs ?? 0) : 0);
    } finally {
      watch?.stop();
    }
  }

  /** Only now, when the news is safe, does the next holder begin after it. Whether it is still ours to hold. */
  async function keep(one: Held, cursor: string): Promise<boolean> {
    const task = listenOf(one.job);
    if (task.cursor === cursor) return true;
    const next = await bridge.carryOn(one.job, { ...task, cursor });
    if (next) one.job = next;
    else one.isLost = true;
    return next !== null;
  }

  /** Stops listening to a chat as soon as its conversation has gone elsewhere. */
  async function watchChat({ job, stop }: Held, connector: string, chat: string): Promise<{ isOver(): boolean; stop(): void }> {
    let isOver = false;
    const conversation = await bridge.read(job.key);
    const unfollow = await bridge.follow(
      job.key,
      conversation?.lastSeq ?? 0,
      async (entries) => {
        if (entries.length > 0 && !entries.some(({ body }) => body.type === "phase_changed")) return;
        const now = await bridge.read(job.key);
        isOver ||= now === null || isElsewhere(now.lifecycle, connector, chat);
        if (isOver) stop.abort();
      },
      () => {},
    );
    return { isOver: () => isOver, stop: unfollow };
  }
}

/** What there is from the cursor on; ends when whoever asks has to ask again. */
async function* batchesFrom(inbound: Heard, { job, stop }: Held): AsyncIterable<Batch> {
  const { cursor, chat } = listenOf(job);
  const about = chat === null ? null : { ref: chat };
  if (inbound.style === "listen") yield* inbound.listen(cursor, about, stop.signal);
  else if (about) yield await inbound.look(cursor, about, stop.signal);
}

type Heard = Exclude<Inbound, { style: "webhook" }>;

/** What `listens` and `carryOn` wrote, in this program's own types. */
const listenOf = ({ input }: Job) => input as Listen;

const about = ({ id, task, key }: Job) => ({ job: id, task, conversation: key.id });

/** A chat may be heard of before its handoff is accepted. */
function isElsewhere(lifecycle: Lifecycle, connector: string, chat: string): boolean {
  if (lifecycle.phase === "handoff_initiated") return false;
  return !("vendorChat" in lifecycle) || vendorChatName(lifecycle.vendorChat) !== vendorChatName({ connector, ref: chat });
}

export interface Listening {
  /** Makes sure that every account which has to be listened to is somebody's job. */
  start(): void;
  /** Listens as a claimed job says, until the chat is over or the job is another's. */
  take(job: Job): void;
  /** The claims that keep what is held here ours. */
  jobs(): Job[];
  /** A claim is somebody else's now. */
  lost(job: Job): void;
  /** Hands everything over to whoever works next. */
  stop(): Promise<void>;
}
