import { automated, type Lifecycle } from "../conversation/lifecycle.ts";
import type { Job, OwedJob } from "./store.ts";
import { iso } from "./values.ts";

/** As both databases give it: one has times and JSON as they are, the other milliseconds and text. */
export interface OwedRow {
  id: number;
  task: string;
  input: unknown;
  lane: string | null;
  attempt: number;
  since: Date | number;
  run_at: Date | number;
  is_kept: boolean | number;
  is_claimed: boolean | number;
}

export interface KeptRow {
  id: number;
  site: string;
  conversation: string;
  task: string;
  input: unknown;
  attempt: number;
  put_back: number;
  since: Date | number;
  lifecycle: Lifecycle | null;
}

export function owedFrom({
  id,
  task,
  input,
  lane,
  attempt,
  since,
  run_at: runAt,
  is_kept: isKept,
  is_claimed: isClaimed,
}: OwedRow): OwedJob {
  const waiting = { is: "waiting" as const, dueAt: iso(runAt) };
  return { id, task, input, lane, attempt, since: iso(since), state: isKept ? { is: "kept" } : isClaimed ? { is: "under_way" } : waiting };
}

/** Nobody holds it, so its claim is that of whoever has not tried it yet. */
export function keptFrom({ id, site, conversation, task, input, attempt, put_back: putBack, since, lifecycle }: KeptRow): Job {
  const key = { site, id: conversation };
  const at = iso(since); // nobody compares what is kept
  return { id, key, task, input, attempt, lost: attempt - 1 - putBack, since: at, at, lifecycle: lifecycle ?? automated("") };
}

/**
 * How the input of a job begins that was set aside as `name`. Compared as it was written: PostgreSQL reads no JSON that has a zero in a
 * text, and people's words may.
 */
export const beginningOf = (name: string): string => JSON.stringify({ task: "parked", name }).slice(0, -1);
