import type { Lifecycle } from "../conversation/lifecycle.ts";

const RECORDED =
  "$1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15, $16, $17, $18, $19, $20, $21, $22";

/** Every statement the store runs, each beside the row it answers with. Named, so that a connection plans it once. */
export const statements = {
  record: { name: "baton_record_4", text: `SELECT * FROM baton.record_4(${RECORDED})` },
  /** The same, and it revokes the conversation's tokens. */
  recordRevoking: { name: "baton_record_5", text: `SELECT * FROM baton.record_5(${RECORDED})` },
  /** Also tells whether a fact is known, so that nothing needs to be decided when it is. */
  lifecycle: {
    name: "baton_lifecycle_1",
    text: `SELECT c.version, c.lifecycle, f.id IS NOT NULL AS is_known
      FROM (VALUES ($1::text, $2::text)) AS its (site, id)
      LEFT JOIN baton.conversation AS c USING (site, id)
      LEFT JOIN baton.fact AS f ON f.site = its.site AND f.conversation = its.id AND f.id = $3`,
  },
  conversation: {
    name: "baton_conversation_1",
    text: `SELECT version, lifecycle, last_seq, began_at, coalesce(last_at, began_at) AS last_at, greatest(began_at, seen.at) AS seen_at
      FROM baton.conversation AS c LEFT JOIN baton.seen ON seen.site = c.site AND seen.conversation = c.id
      WHERE c.site = $1 AND c.id = $2 AND began_at IS NOT NULL`,
  },
  entriesAfter: {
    name: "baton_entries_1",
    text: "SELECT seq, at, body FROM baton.entry WHERE site = $1 AND conversation = $2 AND seq > $3 ORDER BY seq LIMIT $4",
  },
  notes: {
    name: "baton_notes_1",
    text: "SELECT seq, at, body FROM baton.note WHERE site = $1 AND conversation = $2 ORDER BY seq",
  },
  find: {
    name: "baton_find_1",
    text: `SELECT site, conversation, handoff FROM baton.name
      WHERE kind = $1 AND value = $2 AND (expires_at IS NULL OR expires_at > baton.now_1($3))`,
  },
  /** Bodies as they were written: json is copied, not read. */
  resume: {
    name: "baton_resume_1",
    text: `SELECT its.site, its.conversation, handoff, version, lifecycle, last_seq,
        began_at, coalesce(last_at, began_at) AS last_at, greatest(began_at, seen.at) AS seen_at, entries
      FROM baton.name AS its
      LEFT JOIN baton.conversation AS c ON c.site = its.site AND c.id = its.conversation AND began_at IS NOT NULL
      LEFT JOIN baton.seen ON seen.site = its.site AND seen.conversation = its.conversation
      CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('seq', seq, 'ms', (extract(epoch FROM at) * 1000)::bigint, 'body', body) ORDER BY seq) AS entries
        FROM (SELECT seq, at, body FROM baton.entry AS e
          WHERE e.site = its.site AND e.conversation = its.conversation AND seq > $4 ORDER BY seq LIMIT $5) AS those) AS page
      WHERE kind = $1 AND value = $2 AND (expires_at IS NULL OR expires_at > baton.now_1($3))`,
  },
  turnsOn: {
    name: "baton_turns_1",
    text: "SELECT coalesce(sum(turns), 0)::bigint AS turns FROM baton.spending WHERE site = $1 AND day = $2",
  },
  /** Sorted, so that two bridges that save the same visitors do not wait for each other in a circle. */
  saveSeen: {
    name: "baton_seen_1",
    text: `INSERT INTO baton.seen AS s
      SELECT site, id, baton.now_1($4) - age * interval '1 millisecond'
      FROM unnest($1::text[], $2::text[], $3::bigint[]) AS new (site, id, age) JOIN baton.conversation USING (site, id)
      WHERE began_at IS NOT NULL ORDER BY site, id
      ON CONFLICT (site, conversation) DO UPDATE SET at = greatest(s.at, excluded.at)`,
  },
  /**
   * Whoever comes second to a row skips it. Ages, not times: the bridge's own clock may be wrong. An array and an offset keep to the
   * few that are due; a join of whole tables would look cheaper to a planner that does not know the limit.
   */
  claimJobs: {
    name: "baton_claim_3",
    text: `WITH time AS MATERIALIZED (SELECT baton.now_1($1) AS now),
      due AS MATERIALIZED (
        SELECT job.id, job.run_at FROM baton.job
        WHERE run_at <= (SELECT now FROM time) AND (lane IS NULL OR NOT EXISTS (
          SELECT FROM baton.job AS earlier
          WHERE earlier.site = job.site AND earlier.conversation = job.conversation AND earlier.lane = job.lane AND earlier.id < job.id))
        ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED),
      claimed AS (
        UPDATE baton.job SET attempt = attempt + 1, run_at = now + $3 * interval '1 millisecond', receipt = $4
        FROM time WHERE id = ANY (ARRAY(SELECT id FROM due))
        RETURNING id, site, conversation, task, input, since, attempt, attempt - 1 - put_back AS lost,
          (extract(epoch FROM now - since) * 1000)::bigint AS age_ms)
      SELECT claimed.*, version, lifecycle FROM due JOIN claimed USING (id)
      LEFT JOIN LATERAL (
        SELECT version, lifecycle FROM baton.conversation AS c WHERE c.site = claimed.site AND c.id = claimed.conversation OFFSET 0
      ) AS its ON true
      ORDER BY due.run_at, id`,
  },
  /** For a claimer whose call was cut off: what it got, if it got anything. */
  claimedWith: {
    name: "baton_claimed_2",
    text: `SELECT job.id, job.site, conversation, task, input, since, attempt, attempt - 1 - put_back AS lost,
        (extract(epoch FROM baton.now_1($1) - since) * 1000)::bigint AS age_ms, version, lifecycle
      FROM baton.job LEFT JOIN baton.conversation AS c ON c.site = job.site AND c.id = job.conversation
      WHERE receipt = $2 ORDER BY since, job.id`,
  },
  renew: {
    name: "baton_renew_1",
    text: `UPDATE baton.job SET run_at = baton.now_1($1) + $2 * interval '1 millisecond'
      FROM unnest($3::bigint[], $4::int[], $5::int[]) AS mine (id, attempt, put_back)
      WHERE job.id = mine.id AND job.attempt = mine.attempt AND job.put_back = mine.put_back RETURNING job.id`,
  },
  endJob: {
    name: "baton_end_2",
    text: "SELECT baton.end_job_1($1, $2, $3) AS is_awaited",
  },
  putBackJob: {
    name: "baton_put_back_1",
    text: `UPDATE baton.job SET run_at = baton.now_1($4) + $5 * interval '1 millisecond', put_back = put_back + 1
      WHERE id = $1 AND attempt = $2 AND put_back = $3`,
  },
  backlog: {
    name: "baton_backlog_1",
    text: `SELECT task, count(*)::int AS count, (extract(epoch FROM baton.now_1($1) - min(run_at)) * 1000)::bigint AS age_ms
      FROM baton.job WHERE run_at <= (SELECT baton.now_1($1)) GROUP BY task`,
  },
  /** A day early, because jobs are put off by this clock and kept by that one. */
  kept: {
    name: "baton_kept_1",
    text: "SELECT count(*)::int AS count FROM baton.job WHERE run_at >= $1::timestamptz - interval '1 day'",
  },
  /** The turns of no site, on no day. */
  probe: {
    name: "baton_probe_1",
    text: `INSERT INTO baton.spending AS s VALUES ('', 'epoch', 0, 1)
      ON CONFLICT (site, day, part) DO UPDATE SET turns = s.turns + 1`,
  },
} as const;

export interface RecordRow {
  outcome: "saved" | "known" | "moved" | "lost";
  at: Date;
  version: number;
  lifecycle: Lifecycle | null;
  digest: string | null;
  first_seq: number | null;
  claimed: { id: number; task: string; input: unknown }[] | null;
  next_due_ms: number | null;
}

export interface LifecycleRow {
  version: number | null;
  lifecycle: Lifecycle | null;
  is_known: boolean;
}

export interface ConversationRow {
  version: number;
  lifecycle: Lifecycle;
  last_seq: number;
  began_at: Date;
  last_at: Date;
  seen_at: Date;
}

export interface EntryRow {
  seq: number;
  at: Date;
  body: unknown;
}

export interface NameRow {
  site: string;
  conversation: string;
  handoff: string | null;
}

export interface ResumeRow extends NameRow, Omit<ConversationRow, "began_at"> {
  /** `null`: there is no conversation, and what else belongs to one is no more than empty. */
  began_at: Date | null;
  entries: { seq: number; ms: number; body: unknown }[] | null;
}

export interface BacklogRow {
  task: string;
  count: number;
  age_ms: number;
}

export interface JobRow {
  id: number;
  site: string;
  conversation: string;
  task: string;
  input: unknown;
  since: Date;
  attempt: number;
  lost: number;
  age_ms: number;
  /** Both `null` while the key has no conversation. */
  version: number | null;
  lifecycle: Lifecycle | null;
}
