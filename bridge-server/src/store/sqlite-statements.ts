import type { DatabaseSync } from "node:sqlite";

const JOB_COLUMNS = "job.id, job.site, conversation, task, input, since, run_at, attempt, put_back, lifecycle";
const JOB_WITH_LIFECYCLE = "job LEFT JOIN conversation AS its ON its.site = job.site AND its.id = job.conversation";

/** Every statement the store runs, compiled once. What its rows hold is said in `sqlite-rows.ts`. */
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
    forget: [
      "DELETE FROM entry WHERE site = ? AND conversation = ?",
      "DELETE FROM note WHERE site = ? AND conversation = ?",
      "DELETE FROM fact WHERE site = ? AND conversation = ?",
      "DELETE FROM job WHERE site = ? AND conversation = ?",
      "DELETE FROM name WHERE site = ? AND conversation = ? AND kind <> 'vendor_chat'",
    ].map((sql) => db.prepare(sql)),
    revokeTokens: db.prepare("DELETE FROM name WHERE site = ? AND conversation = ? AND kind = 'token'"),
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
      INSERT INTO job (site, conversation, id, lane, task, input, since, run_at, attempt, is_claimed)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)`),
    anyInLane: db.prepare("SELECT 1 FROM job WHERE site = ? AND conversation = ? AND lane = ? LIMIT 1"),
    backlog: db.prepare("SELECT task, count(*) AS count, min(run_at) AS since FROM job WHERE is_claimed = 0 AND run_at <= ? GROUP BY task"),
    kept: db.prepare("SELECT count(*) AS count FROM job WHERE is_claimed = 0 AND run_at >= ?"),
    anyDue: db.prepare("SELECT 1 FROM job WHERE is_claimed = 0 AND run_at <= ? LIMIT 1"),
    dueJobs: db.prepare(`
      SELECT ${JOB_COLUMNS} FROM ${JOB_WITH_LIFECYCLE}
      WHERE is_claimed = 0 AND run_at <= ? AND NOT EXISTS (
        SELECT 1 FROM job AS earlier
        WHERE earlier.site = job.site AND earlier.conversation = job.conversation AND earlier.lane = job.lane AND earlier.id < job.id)
      ORDER BY run_at, job.id LIMIT ?`),
    claimedJob: db.prepare(`
      SELECT ${JOB_COLUMNS} FROM ${JOB_WITH_LIFECYCLE}
      WHERE is_claimed = 1 AND job.site = ? AND conversation = ? AND job.id = ? AND attempt = ?`),
    claimJob: db.prepare("UPDATE job SET attempt = attempt + 1, is_claimed = 1 WHERE site = ? AND conversation = ? AND id = ?"),
    claimed: db.prepare("SELECT lane FROM job WHERE site = ? AND conversation = ? AND id = ? AND attempt = ? AND put_back = ?"),
    endJob: db.prepare("DELETE FROM job WHERE site = ? AND conversation = ? AND id = ? AND attempt = ? AND put_back = ?"),
    putBackJob: db.prepare(`
      UPDATE job SET run_at = ?, put_back = put_back + 1, is_claimed = 0
      WHERE site = ? AND conversation = ? AND id = ? AND attempt = ? AND put_back = ?`),
  };
}
