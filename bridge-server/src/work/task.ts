import type { Alerts } from "../alerts.ts";
import type { Announcer } from "../announce.ts";
import type { Assistant } from "../assistant/assistant.ts";
import type { Bridge, PassOnNews } from "../bridge.ts";
import type { DoChore, Standing } from "../bridge-chores.ts";
import type { Parked } from "../bridge-kept.ts";
import type { AnswerVisitor, TakeMessage } from "../bridge-threads.ts";
import type { CallError } from "../call.ts";
import type { Channel, Traits } from "../channels/channel.ts";
import type { Sentences } from "../channels/sentences.ts";
import type { Clock } from "../clock.ts";
import type { Abilities, Connector } from "../connectors/connector.ts";
import type { FallbackStep } from "../conversation/fallback.ts";
import type { Fact, Task } from "../conversation/facts.ts";
import type { Rules } from "../conversation/routing.ts";
import type { TopicStates } from "../conversation/topic-state.ts";
import type { FileRules, Files } from "../files/files.ts";
import type { Log } from "../log.ts";
import type { Mailer } from "../mail.ts";
import type { Reconciliation } from "../reconciliation.ts";
import type { ConversationKey, Job, Store } from "../store/store.ts";
import type { ChoresHere } from "./chore-tasks.ts";

export type AnyTask = Task | PassOnNews | TakeMessage | AnswerVisitor | Parked | DoChore | Standing;

/** How one kind of work is done, repeated and given up. */
export interface TaskRules<T> {
  /** Makes its outside call and says what came of it. May run again for the same job: see `job.lost`. */
  run(task: T, job: Job, outside: Outside): Promise<Outcome>;
  /** Milliseconds until the next try, or `null` when there shall be none. Asked after a bug too, with an `unclear` error. */
  again(error: CallError, job: Job, outside: Outside): number | null;
  /** What to conclude when it cannot be done. */
  giveUp(task: T, error: CallError, job: Job, outside: Outside): Conclusion;
}

/** A fact to be reported, nothing to report, the same job again after a while, or not until somebody brings it back by hand. */
export type Outcome = Fact | Elsewhere | null | Later | typeof SET_ASIDE;
export type Conclusion = Exclude<Outcome, Elsewhere>;
/** A fact of another conversation than the job's own. */
export interface Elsewhere {
  of: ConversationKey;
  factId: string;
  fact: Fact;
}
export const SET_ASIDE = Symbol("set aside");
export interface Later {
  laterMs: number;
  because: string;
}
export const isLater = (outcome: Exclude<Outcome, null>): outcome is Later => outcome !== SET_ASIDE && "laterMs" in outcome;
export const isElsewhere = (outcome: Fact | Elsewhere): outcome is Elsewhere => "of" in outcome;

/** Everything a task may reach. */
export interface Outside {
  bridge: Bridge;
  store: Store;
  clock: Clock;
  log: Log;
  announcer: Announcer;
  alerts: Alerts;
  reconciliation: Pick<Reconciliation, "sites" | "look">;
  files: Files;
  /** What this bridge does for itself, as far as it is configured. */
  chores: ChoresHere;
  /** `null`: no mail server is configured. */
  mailer: Mailer | null;
  newId(): string;
  sites(): string[];
  site(name: string): SiteParts;
  /** When it resolves, `site` has what was set before about where handoffs go, on whatever bridge. */
  readDestinations(): Promise<void>;
}

/** How a fact is told that a job brings while it goes on. */
export const during = (job: Job) => ({ by: { job, isDone: false } });

/** One site's own parts and wishes. */
export interface SiteParts {
  title: string;
  assistant: Assistant;
  connectors: Record<string, { connector: Connector; abilities: Abilities }>;
  /** Ways to visitors without a browser, by name. */
  channels: Record<string, SiteChannel>;
  /** Questions to the assistant, per day of UTC. */
  turnsPerDay: number;
  rules: Rules;
  fallback: FallbackStep[];
  files: FileRules | "off";
  /** What happens when the assistant's chat has run out upstream. */
  whenOver: "restart" | "handoff" | "end";
  handoff: { openWithinMs: number; contextWaitMs: number; abandonAfterMs: number; afterAgent: "end" | "assistant" } & TopicStates;
  silence: { warnAfterMs: number; endAfterMs: number };
}

/** A channel as one site has it. */
export interface SiteChannel {
  /** What the site is called there. */
  title: string;
  channel: Channel;
  traits: Traits;
  sentences: Sentences;
  silence: Traits["silence"];
}

/** `waits[n]` before try n+2, while the whole still fits `budgetMs`. What they asked us to wait counts. */
export function withinBudget(error: CallError, job: Job, now: Date, waits: readonly number[], budgetMs: number): number | null {
  const planned = waits[Math.min(job.attempt, waits.length) - 1] ?? 0;
  const wait = Math.max(planned, error.answer?.retryAfterMs ?? 0);
  const spent = now.getTime() - Date.parse(job.since);
  return spent + wait < budgetMs ? wait : null;
}

/** For what nobody else will do if we do not: tried for three days, less and less often. */
export const tryForDays: TaskRules<unknown>["again"] = (error, job, { clock }) =>
  mayPass(error) ? forDays(error, job, clock.now()) : null;

/** The same, and also while keys are wrong or an account is empty: those are mended by hand. */
export const tryUntilMended: TaskRules<unknown>["again"] = (error, job, { clock }) =>
  mayBeMended(error) ? forDays(error, job, clock.now()) : null;

/** The same, whatever the error is. */
export const forDays = (error: CallError, job: Job, now: Date): number | null => withinBudget(error, job, now, DAYS_WAITS, DAYS_BUDGET_MS);
const HOUR = 60 * 60_000;
const DAYS_WAITS = [1_000, 5_000, 60_000, 5 * 60_000, 30 * 60_000, 2 * HOUR, 5 * HOUR, 10 * HOUR];
const DAYS_BUDGET_MS = 76 * HOUR;

/** Kinds of errors after which the same call may arrive. */
export const mayPass = (error: CallError): boolean => error.kind === "too_fast" || error.kind === "unreachable" || error.kind === "unclear";

/** The same, and after somebody has changed a key or filled an account. */
export function mayBeMended(error: CallError): boolean {
  const status = error.answer?.status;
  return mayPass(error) || status === 401 || status === 402 || status === 403;
}
