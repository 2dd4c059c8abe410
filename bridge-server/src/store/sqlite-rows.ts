import { automated, type Lifecycle } from "../conversation/lifecycle.ts";
import type { Entry, Job } from "./store.ts";
import { iso, text } from "./values.ts";

export interface ConversationRow {
  lifecycle: string;
  began_at: number;
  seen_at: number;
}

export interface LastEntryRow {
  seq: number;
  at: number;
}

export interface EntryRow {
  seq: number;
  at: number;
  body: string;
}

export interface FactRow {
  digest: string | null;
  first_seq: number | null;
}

export interface NameRow {
  site: string;
  conversation: string;
  handoff: string | null;
  expires_at: number | null;
}

export interface BacklogRow {
  task: string;
  count: number;
  since: number;
}

export interface ClaimedRow {
  lane: string | null;
}

/** A job that is the caller's. */
export interface HeldJob {
  job: Job;
  lane: string | null;
}

export interface JobRow {
  id: number;
  site: string;
  conversation: string;
  task: string;
  input: string;
  since: number;
  run_at: number;
  attempt: number;
  put_back: number;
  /** `null` while the key has no conversation. */
  lifecycle: string | null;
}

export function entryFrom(row: Record<string, unknown>): Entry {
  const { seq, at, body } = row as unknown as EntryRow; // its statement selects exactly these
  return { seq, at: iso(at), body: JSON.parse(body) };
}

/** What a claim is known by: a later one has more attempts, and one that was put back more of that. */
export function claimOf({
  key,
  id,
  attempt,
  lost,
}: Job): [site: string, conversation: string, id: number, attempt: number, putBack: number] {
  return [key.site, key.id, id, attempt, attempt - 1 - lost];
}

export function jobFrom(row: JobRow): Job {
  return {
    id: row.id,
    key: { site: row.site, id: row.conversation },
    task: row.task,
    input: JSON.parse(row.input),
    attempt: row.attempt + 1,
    lost: row.attempt - row.put_back,
    ...owedSince(row.since),
    lifecycle: lifecycleFrom(row.lifecycle),
  };
}

/** A file's clock is the bridge's own. */
export const owedSince = (time: number) => ({ since: iso(time), at: iso(time) });

/** What is not written yet, and what never is because it only carries news, stands at the beginning. */
export function lifecycleFrom(written: string | null | undefined): Lifecycle {
  return written ? JSON.parse(written) : automated("");
}

/** Entries as they will be told, and as they will be written, numbered on from `last`. */
export function numbered(bodies: unknown[], last: number, at: number) {
  let seq = last;
  return bodies.map((body): { entry: Entry; body: string } => ({ entry: { seq: ++seq, at: iso(at), body }, body: text(body) }));
}
