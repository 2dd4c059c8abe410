import type { DatabaseSync } from "node:sqlite";

/** Every statement the store runs, compiled once. Each row type says what its statement selects. */
export function prepareStatements(db: DatabaseSync) {
  return {
    conversation: db.prepare("SELECT lifecycle, began_at, seen_at FROM conversation WHERE site = ? AND id = ?"),
    saveConversation: db.prepare(`
      INSERT INTO conversation (site, id, lifecycle, began_at, seen_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (site, id) DO UPDATE SET lifecycle = excluded.lifecycle`),
    saveSeen: db.prepare("UPDATE conversation SET seen_at = max(seen_at, ?) WHERE site = ? AND id = ?"),

    addEntry: db.prepare("INSERT INTO entry (site, conversation, seq, at, body) VALUES (?, ?, ?, ?, ?)"),
    entriesAfter: db.prepare("SELECT seq, at, body FROM entry WHERE site = ? AND conversation = ? AND seq > ? ORDER BY seq LIMIT ?"),
    lastEntry: db.prepare("SELECT seq, at FROM entry WHERE site = ? AND conversation = ? ORDER BY seq DESC LIMIT 1"),
    addNote: db.prepare("INSERT INTO note (site, conversation, seq, at, body) VALUES (?, ?, ?, ?, ?)"),
    lastNote: db.prepare("SELECT seq FROM note WHERE site = ? AND conversation = ? ORDER BY seq DESC LIMIT 1"),
    notes: db.prepare("SELECT seq, at, body FROM note WHERE site = ? AND conversation = ? ORDER BY seq"),

    fact: db.prepare("SELECT digest, first_seq FROM fact WHERE site = ? AND conversation = ? AND id = ?"),
    addFact: db.prepare("INSERT INTO fact (site, conversation, id, at, digest, first_seq) VALUES (?, ?, ?, ?, ?, ?)"),

    name: db.prepare("SELECT site, conversation, handoff, expires_at FROM name WHERE kind = ? AND value = ?"),
    addName: db.prepare(
      "INSERT INTO name (kind, value, site, conversation, handoff, expires_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ),

    turnsOn: db.prepare("SELECT turns FROM spending WHERE site = ? AND day = ?"),
    addTurns: db.prepare(
      "INSERT INTO spending (site, day, turns) VALUES (?, ?, ?) ON CONFLICT (site, day) DO UPDATE SET turns = turns + excluded.turns",
    ),

    addJob: db.prepare(`
      INSERT INTO job (site, conversation, lane, task, input, since, run_at, attempt, is_claimed)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)`),
    anyInLane: db.prepare("SELECT 1 FROM job WHERE site = ? AND conversation = ? AND lane = ? LIMIT 1"),
    backlog: db.prepare("SELECT task, count(*) AS count, min(run_at) AS since FROM job WHERE run_at <= ? GROUP BY task"),
    kept: db.prepare("SELECT count(*) AS count FROM job WHERE run_at >= ?"),
    anyDue: db.prepare("SELECT 1 FROM job WHERE run_at <= ? LIMIT 1"),
    dueJobs: db.prepare(`
      SELECT job.id, job.site, conversation, task, input, since, attempt, put_back, lifecycle
      FROM job LEFT JOIN conversation AS its ON its.site = job.site AND its.id = job.conversation
      WHERE run_at <= ? AND NOT EXISTS (
        SELECT 1 FROM job AS earlier
        WHERE earlier.site = job.site AND earlier.conversation = job.conversation AND earlier.lane = job.lane AND earlier.id < job.id)
      ORDER BY run_at, job.id LIMIT ?`),
    claimJob: db.prepare("UPDATE job SET attempt = attempt + 1, run_at = ?, is_claimed = 1 WHERE id = ?"),
    renewJob: db.prepare("UPDATE job SET run_at = ? WHERE id = ? AND attempt = ? AND put_back = ?"),
    endJob: db.prepare("DELETE FROM job WHERE id = ? AND attempt = ? AND put_back = ? RETURNING lane"),
    putBackJob: db.prepare(`
      UPDATE job SET run_at = ?, put_back = put_back + 1, is_claimed = 0 WHERE id = ? AND attempt = ? AND put_back = ?`),
  };
}

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

export interface JobRow {
  id: number;
  site: string;
  conversation: string;
  task: string;
  input: string;
  since: number;
  attempt: number;
  put_back: number;
  /** `null` while the key has no conversation. */
  lifecycle: string | null;
}
