import type { Lifecycle } from "../conversation/lifecycle.ts";
import type { OperatorMembers } from "./audit.ts";
import type { ConversationPage, ConversationQuery } from "./conversation-list.ts";
import type { DestinationCount } from "./destination-counts.ts";
import type { DestinationMembers } from "./destination-versions.ts";
import type { Ending } from "./endings.ts";
import type { HandoffPage, HandoffQuery, ListedHandoff } from "./handoff-list.ts";
import type { OptOut, OptOutsQuery } from "./opt-outs.ts";
import type { VisitorMembers } from "./visitors.ts";
import type { Tally, TallyQuery } from "./tallies.ts";

/** Remembers conversations, and the work they call for, through crashes and restarts. */
export interface Store extends VisitorMembers, OperatorMembers, DestinationMembers {
  /**
   * Reads a conversation, lets `decide` say what follows from a fact, and saves all of it or none.
   * One fact at a time per conversation; a fact whose id is already saved changes nothing.
   * `decide` cannot wait for anything, because a lock is held while it runs.
   * Resolves once the disk has it.
   */
  record(fact: NewFact): Promise<Recorded>;

  /** Up to `limit` entries numbered above `after`, oldest first. */
  entriesAfter(key: ConversationKey, after: number, limit?: number): Promise<Entry[]>;

  /** Everything noted about a conversation, oldest first. Never for a visitor. */
  notes(key: ConversationKey): Promise<Note[]>;

  /** The conversation as it is now, or `null` if there is none. */
  read(key: ConversationKey): Promise<Conversation | null>;

  /** The conversation that goes by this name, or `null` if no decision has given it. */
  find(name: Name): Promise<Known | null>;

  /**
   * What somebody who comes back by a name needs, as it is at one moment and in one look: `find`, `read` and `entriesAfter` in one.
   * `null` if the name leads nowhere.
   */
  resume(name: Name, after: number, limit: number): Promise<Resumed | null>;

  /** A page of the handoffs of all sites, the latest to begin first. They follow from the notes, and change with them. */
  handoffs(query: HandoffQuery): Promise<HandoffPage>;

  /**
   * Up to `limit` handoffs that changed after the change of that number, in the order of their latest changes. Whoever asks again with
   * the last number misses none; of one that has changed twice meanwhile only how it stands is told.
   */
  handoffChanges(after: number, limit: number): Promise<ListedHandoff[]>;

  /** The number of the latest change of any handoff. 0: there is none. */
  lastHandoffChange(): Promise<number>;

  /** What the handoffs of a site asked for that began then or later (ISO 8601), each spelling once. */
  destinationCounts(site: string, since: string): Promise<DestinationCount[]>;

  /** When a person last came to a handoff of the site that asked for exactly this; `null`: never yet. ISO 8601. */
  lastAcceptedAt(site: string, destination: string | null): Promise<string | null>;

  /** What happened on some days, counted. It follows from the notes, and changes with them. */
  tallies(query: TallyQuery): Promise<Tally[]>;

  /** A page of the conversations of all sites, the latest to begin first. */
  conversations(query: ConversationQuery): Promise<ConversationPage>;

  /**
   * Up to `limit` conversations that have ended, by what came of each last, numbered above `after` and in that order. Whoever asks
   * again with the last number misses none.
   */
  endings(after: number, limit: number): Promise<Ending[]>;

  /** Under which numbers a conversation has been among the endings, in order. */
  endingsOf(key: ConversationKey): Promise<number[]>;

  /** Up to `limit` visitors without a browser who want no more messages and have not taken that back, the latest first. */
  optOuts(query: OptOutsQuery): Promise<OptOut[]>;

  /** Everything that a conversation goes by, but for what opens it: tokens, and who its visitor is. */
  names(key: ConversationKey): Promise<Name[]>;

  /** How many turns the assistant of a site was asked on that day (UTC, `2026-11-22`). */
  turnsOn(site: string, day: string): Promise<number>;

  /** Remembers that the visitor is still there. Cheap: not flushed, and nothing is lost if it is. */
  seen(key: ConversationKey): Promise<void>;

  /** Up to `limit` due jobs. Each is the caller's until `leaseMs` has passed, then anybody's again. */
  claimJobs(limit: number, leaseMs: number): Promise<Job[]>;

  /**
   * Makes claims last `leaseMs` from now, and returns those that are still the caller's: whoever works on another must let go of it.
   * A job that has been ended, put back or claimed by somebody else is not.
   */
  renew(jobs: Job[], leaseMs: number): Promise<Job[]>;

  /**
   * Ends a claimed job, or puts it back for `retryAt`. A claim that is no longer the caller's changes nothing. Answers whether
   * somebody waits for the lane that is free now.
   */
  finishJob(job: Job, retryAt?: Date): Promise<boolean>;

  /** Everything that is owed to a conversation, or kept for it, the first to be owed first. */
  jobsOf(key: ConversationKey): Promise<OwedJob[]>;

  /** Jobs that were set aside as what they are called, in the order in which that happened. */
  keptJobs(asked: KeptJobs): Promise<Job[]>;

  /** What is due and not begun, and what is kept for nobody to do. For whoever watches the bridge. */
  backlog(): Promise<Backlog>;

  /** Writes something of its own that nobody sees. Resolves once the disk has it, so that whoever asks knows that writing works. */
  probe(): Promise<void>;

  close(): Promise<void>;
}

/** What a store knows of handoffs beside the notes of each. */
export type HandoffMembers = "handoffs" | "handoffChanges" | "lastHandoffChange" | "destinationCounts" | "lastAcceptedAt" | "tallies";

/**
 * The store cannot be used now: it is full, broken, unreachable, too slow or closed. Waiting may help, and the same fact may come
 * again. It may even be saved already: then it counts as a repetition.
 */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/**
 * Somebody else has the job, or has ended it. Nothing that its former holder still brings is saved: however long a process was paused,
 * it can not undo what others have done since (I-7).
 */
export class ClaimLost extends Error {
  override name = "ClaimLost";

  constructor({ id, task }: Job) {
    super(`job ${id} (${task}) is no longer this bridge's`);
  }
}

/** The site is part of who a conversation is: no read or write crosses sites. */
export interface ConversationKey {
  site: string;
  id: string;
}

export interface NewFact {
  key: ConversationKey;
  /** The same for the same fact, however often it arrives. */
  factId: string;
  /** Of what was said, so that one id with two contents can be told apart from a repetition. */
  digest?: string;
  decide: Decide;
  /**
   * The job that this fact came of, which ends in the same transaction if it is done. Where its claim is no longer the caller's,
   * nothing is saved and `record` rejects with `ClaimLost`; a fact that is known already is a repetition all the same.
   */
  by?: { job: Job; isDone: boolean };
  /**
   * Due jobs that follow from this fact, and are next in their lane, are claimed for the caller at once.
   * Saves a commit; the caller must work on them.
   */
  claimForMs?: number;
}

export interface Recorded {
  /** What was added just now. */
  entries: Entry[];
  /** Set when the fact was known already. */
  repeats: { digest: string | null; firstSeq: number | null } | null;
  lifecycle: Lifecycle;
  /** Claimed for the caller: `claimForMs`. */
  claimed: Job[];
  /** When the next of the jobs it left to others is due, if it left any: new ones, and whoever waited for the lane of the one it finished. */
  nextDue: Date | null;
}

export type Decide = (current: Lifecycle) => Decision;

export interface Decision {
  lifecycle: Lifecycle;
  /** For everybody in the conversation. */
  entries: unknown[];
  /** For operators and downstream systems only. */
  notes: unknown[];
  jobs: NewJob[];
  names: Name[];
  /** Turns to count against the site's day. */
  turns: number;
  /**
   * In the same transaction everything goes that was kept until now under the fact's own key and under these: entries, notes, facts,
   * work, and names, but for those of vendors' chats, by which late news is known to be about what is erased. Numbers go on.
   */
  erases?: ConversationKey[];
  /** In the same transaction every token goes that the conversation was known by until now: whoever has one does not get in any more. */
  revokesTokens?: true;
}

export interface Entry<Body = unknown> {
  /** From 1, without gaps, per conversation. */
  seq: number;
  /** ISO 8601, the server's clock. */
  at: string;
  body: Body;
}

export type Note<Body = unknown> = Entry<Body>;

export interface Conversation {
  key: ConversationKey;
  lifecycle: Lifecycle;
  lastSeq: number;
  beganAt: string;
  /** When an entry was last added. */
  lastAt: string;
  /** When the visitor was last known to be there. */
  seenAt: string;
}

/** What the outside world calls a conversation. One name leads to one conversation; a second claim to it changes nothing. */
export interface Name {
  kind: "token" | "shared_id" | "assistant_chat" | "handoff" | "vendor_chat" | "reference" | "identity";
  value: string;
  /** The handoff it belongs to, where it belongs to one. */
  handoff?: string;
  /** ISO 8601; after that the name leads nowhere. */
  expiresAt?: string;
}

export interface Known {
  key: ConversationKey;
  handoff: string | null;
}

export interface Resumed {
  known: Known;
  conversation: Conversation | null;
  entries: Entry[];
}

/** A job for then is kept and not done. */
export const NEVER = new Date("2200-01-01T00:00:00Z");

export interface Backlog {
  /** By task. `since` is ISO 8601, when the oldest came due. */
  due: { task: string; count: number; since: string }[];
  /** How many wait for `NEVER`. */
  kept: number;
}

export interface NewJob {
  task: string;
  input: unknown;
  runAt?: Date;
  /** Jobs of a conversation that share a lane are done one after another, in order. */
  lane?: string;
}

/** A job as it stands, whoever may be at work on it. */
export interface OwedJob extends Pick<Job, "id" | "task" | "input" | "attempt" | "since"> {
  lane: string | null;
  /** `waiting` until `dueAt` (ISO 8601), and from then on for its turn. */
  state: { is: "under_way" | "kept" } | { is: "waiting"; dueAt: string };
}

/** `name`: of the task that was set aside. `after`: the number of the last that is known. */
export interface KeptJobs {
  name: string;
  after: number;
  limit: number;
}

export interface Job {
  id: number;
  key: ConversationKey;
  task: string;
  input: unknown;
  /** From 1. */
  attempt: number;
  /** Claims that ended in silence. Above zero, the work may already have been done. */
  lost: number;
  /** ISO 8601, when it was first owed, by the bridge's own clock. */
  since: string;
  /** The same by the store's, which entries and notes go by: those of the fact that it came of are of this time, or of an earlier one. */
  at: string;
  /** The conversation's lifecycle when the job was claimed. */
  lifecycle: Lifecycle;
}
