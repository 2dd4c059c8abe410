import type { DatabaseSync } from "node:sqlite";
import { systemClock } from "../clock.ts";
import { heldClaims, type Claim } from "./sqlite-claims.ts";
import { groupedCommits } from "./sqlite-commits.ts";
import { openSqliteFile, reading } from "./sqlite-file.ts";
import { jobIds } from "./sqlite-job-ids.ts";
import { looksInto } from "./sqlite-looks.ts";
import { memoryOf } from "./sqlite-memory.ts";
import {
  claimOf,
  entryFrom,
  jobFrom,
  lifecycleFrom,
  numbered,
  owedSince,
  type BacklogRow,
  type ClaimedRow,
  type HeldJob,
  type ConversationRow,
  type FactRow,
  type JobRow,
  type LastEntryRow,
} from "./sqlite-rows.ts";
import { prepareStatements } from "./sqlite-statements.ts";
import {
  ClaimLost,
  NEVER,
  type Conversation,
  type ConversationKey,
  type Job,
  type Known,
  type Name,
  type NewFact,
  type NewJob,
  type Recorded,
  type Store,
} from "./store.ts";
import { iso, millis, text } from "./values.ts";

/** Where several lines come together, so long is waited for as many again: a flush costs as much for one as for all of them. */
const GATHERED_FOR_MS = 2;

/** How long the time a visitor was last seen may wait in memory. */
const SEEN_WRITTEN_AFTER_MS = 5000;

/**
 * One process, one file. Every acknowledged write has reached the disk; what arrives together is flushed together.
 * A second store on the same file is refused. `decide` may be called twice for one fact, of which the last counts.
 */
export function sqliteStore(path: string, { now = systemClock.now, gatherMs }: { now?: () => Date; gatherMs?: number } = {}): Store {
  return storeOn(openSqliteFile(path, now), now, gatherMs);
}

/** The store on a file that is open already. In memory there is no flush to share. */
export function storeOn(db: DatabaseSync, now: () => Date, gatherMs = db.location() === null ? 0 : GATHERED_FOR_MS): Store {
  const sql = prepareStatements(db);
  const memory = memoryOf(sql);
  const ids = jobIds(db);
  const commits = groupedCommits(db, gatherMs, () => {
    memory.forgetAll();
    ids.forgetReserved();
  });
  const claims = heldClaims();
  const seen = new Map<string, { key: ConversationKey; at: number }>();
  let cancelSeen: (() => void) | null = null;

  return {
    async record(fact) {
      const recorded = await commits.save(() => prepareFact(fact));
      if (fact.by?.isDone) claims.release(fact.by.job);
      return recorded;
    },

    entriesAfter: ({ site, id }, after, limit = -1) => reading(() => sql.entriesAfter.all(site, id, after, limit).map(entryFrom)),

    notes: ({ site, id }) => reading(() => sql.notes.all(site, id).map(entryFrom)),

    read: (key) =>
      reading(() => {
        const row = readRow(key);
        return row ? conversationFrom(key, row) : null;
      }),

    find: (name) => reading(() => find(name)),

    resume: (name, after, limit) =>
      reading(() => {
        const known = find(name);
        if (known === null) return null;
        const row = readRow(known.key);
        const entries = sql.entriesAfter.all(known.key.site, known.key.id, after, limit).map(entryFrom);
        return { known, conversation: row ? conversationFrom(known.key, row) : null, entries };
      }),

    ...looksInto(db, commits),

    turnsOn: (site, day) => reading(() => memory.turnsOn(site, day)),

    async seen(key) {
      seen.set(mapKey(key), { key, at: millis(now()) });
      cancelSeen ??= systemClock.after(SEEN_WRITTEN_AFTER_MS, () => void saveSeen());
    },

    async claimJobs(limit, leaseMs) {
      // Most looks find nothing, and nothing need not be saved. A job written later wakes its worker by itself.
      const at = millis(now());
      if (claims.lapsed(at).length === 0 && !(await reading(() => sql.anyDue.get(at)))) return [];
      return commits.save(() => prepareClaim(limit, leaseMs));
    },

    async renew(jobs, leaseMs) {
      const until = millis(now()) + leaseMs;
      return jobs.filter((job) => claims.prolong(job, until));
    },

    async finishJob(job, retryAt) {
      const isAwaited = await commits.save(() => prepareFinish(job, retryAt));
      claims.release(job);
      return isAwaited;
    },

    backlog: () =>
      reading(() => ({
        due: sql.backlog.all(millis(now())).map((row) => {
          const { task, count, since } = row as unknown as BacklogRow; // its statement selects exactly these
          return { task, count, since: iso(since) };
        }),
        kept: Number(sql.kept.get(NEVER.getTime())?.["count"] ?? 0),
      })),

    probe: async () => commits.save(() => () => void memory.addTurns("", "", 1)), // the turns of no site, on no day

    async close() {
      if (!db.isOpen) return;
      cancelSeen?.();
      const lastSeen = saveSeen();
      commits.close();
      await lastSeen;
      if (db.isOpen) db.close(); // closing twice at once is closing once
    },
  };

  /** Everything that can go wrong for this fact alone goes wrong here, before its first write. */
  function prepareFact({ key, factId, digest, decide, by, claimForMs }: NewFact): () => Recorded {
    const at = millis(now());
    const before = memory.latest(key);
    const current = before.lifecycle;
    const known = sql.fact.get(key.site, key.id, factId) as FactRow | undefined;
    const held = by && heldBy(by.job);
    const ended = by?.isDone && held ? held : null;
    if (known) {
      return () => {
        const isAwaited = ended !== null && endJob(ended);
        const repeats = { digest: known.digest, firstSeq: known.first_seq };
        return { entries: [], repeats, lifecycle: current, claimed: [], nextDue: isAwaited ? new Date(at) : null };
      };
    }
    if (by && !held) throw new ClaimLost(by.job);
    const decision = decide(current);
    const lifecycle = decision.lifecycle === current ? null : text(decision.lifecycle);
    const entries = numbered(decision.entries, before.lastSeq, at);
    const notes = numbered(decision.notes, before.lastNote, at);
    const jobs = decision.jobs.map((job) => ({ job, input: text(job.input), dueAt: job.runAt ? millis(job.runAt) : at }));
    const names = decision.names.map((name) => ({ ...name, expires: name.expiresAt ? millis(new Date(name.expiresAt)) : null }));
    const { turns, erases, revokesTokens = false } = decision;
    const erased = erases ? [key, ...erases] : [];
    // News parked before its conversation is known changes nothing, so it does not become a conversation.
    const isNew = !before.isWritten && (entries.length > 0 || notes.length > 0);
    const isMoved = lifecycle !== null && lifecycle !== text(current);

    return () => {
      const { site, id } = key;
      for (const one of erased) for (const forget of sql.forget) forget.run(one.site, one.id);
      if (revokesTokens) sql.revokeTokens.run(site, id);
      if (erased.length > 0 || revokesTokens) memory.forgetNames();
      const isAwaited = ended !== null && endJob(ended);
      sql.addFact.run(site, id, factId, at, digest ?? null, entries[0]?.entry.seq ?? null);
      if (isNew || isMoved) sql.saveConversation.run(site, id, lifecycle ?? text(current), at, at);
      for (const { entry, body } of entries) sql.addEntry.run(site, id, entry.seq, at, body);
      for (const { entry, body } of notes) sql.addNote.run(site, id, entry.seq, at, body);
      for (const { kind, value, handoff, expires } of names) sql.addName.run(kind, value, site, id, handoff ?? null, expires);
      if (turns !== 0) memory.addTurns(site, new Date(at).toISOString().slice(0, 10), turns);
      memory.wrote(key, {
        isWritten: before.isWritten || isNew || isMoved,
        lifecycle: decision.lifecycle,
        lastSeq: before.lastSeq + entries.length,
        lastNote: before.lastNote + notes.length,
      });
      const claimed: Job[] = [];
      let nextDue = isAwaited ? at : Number.POSITIVE_INFINITY;
      for (const { job, input, dueAt } of jobs) {
        const leaseMs = claimForMs !== undefined && dueAt <= at && isNextInLane(key, job) ? claimForMs : null;
        const since = Math.max(at, dueAt);
        const { task, lane } = job;
        const jobId = ids.next();
        sql.addJob.run(site, id, jobId, lane ?? null, task, input, since, dueAt, leaseMs === null ? 0 : 1);
        if (leaseMs === null) nextDue = Math.min(nextDue, dueAt);
        else {
          const claim = { id: jobId, key, attempt: 1 };
          claims.hold(claim, at + leaseMs);
          claimed.push({ ...claim, task, input: JSON.parse(input), lost: 0, ...owedSince(since), lifecycle: decision.lifecycle });
        }
      }
      return {
        entries: entries.map(({ entry }) => entry),
        repeats: null,
        lifecycle: decision.lifecycle,
        claimed,
        nextDue: Number.isFinite(nextDue) ? new Date(nextDue) : null,
      };
    };
  }

  /** `null`: the job is no longer the caller's. */
  function heldBy(job: Job): HeldJob | null {
    const row = sql.claimed.get(...claimOf(job)) as ClaimedRow | undefined; // its statement selects exactly these
    return row ? { job, lane: row.lane } : null;
  }

  /** Whether somebody waits for the lane that is free now. */
  function endJob({ job, lane }: HeldJob): boolean {
    sql.endJob.run(...claimOf(job));
    return lane !== null && sql.anyInLane.get(job.key.site, job.key.id, lane) !== undefined;
  }

  function isNextInLane({ site, id }: ConversationKey, { lane }: NewJob): boolean {
    return lane === undefined || sql.anyInLane.get(site, id, lane) === undefined;
  }

  function prepareClaim(limit: number, leaseMs: number): () => Job[] {
    const at = millis(now());
    const due = sql.dueJobs.all(at, limit) as unknown as JobRow[];
    const all = [...due, ...claims.lapsed(at).flatMap(rowOfLapsed)];
    const rows = all.sort((a, b) => a.run_at - b.run_at || a.id - b.id).slice(0, limit);
    return () =>
      rows.map((row) => {
        const job = jobFrom(row);
        sql.claimJob.run(row.site, row.conversation, row.id);
        claims.hold(job, at + leaseMs);
        return job;
      });
  }

  /** Nothing, where a transaction that was rolled back has left a claim without its job. */
  function rowOfLapsed(claim: Claim): JobRow[] {
    const { key, id, attempt } = claim;
    const row = sql.claimedJob.get(key.site, key.id, id, attempt) as JobRow | undefined;
    if (!row) claims.release(claim);
    return row ? [row] : [];
  }

  function prepareFinish(job: Job, retryAt: Date | undefined): () => boolean {
    const runAt = retryAt && millis(retryAt);
    const held = heldBy(job);
    return () => {
      if (runAt === undefined) return held !== null && endJob(held);
      sql.putBackJob.run(runAt, ...claimOf(job));
      return false;
    };
  }

  async function saveSeen(): Promise<void> {
    cancelSeen = null;
    const all = [...seen.entries()];
    if (all.length === 0) return;
    const write = () => {
      for (const [, { key, at }] of all) sql.saveSeen.run(at, key.site, key.id);
    };
    try {
      await commits.save(() => write);
      for (const [name, one] of all) if (seen.get(name) === one) seen.delete(name);
    } catch {} // nobody waits for it, and whoever is seen next takes these along
  }

  function readRow({ site, id }: ConversationKey): ConversationRow | undefined {
    return sql.conversation.get(site, id) as ConversationRow | undefined;
  }

  function conversationFrom(key: ConversationKey, row: ConversationRow): Conversation {
    const last = sql.lastEntry.get(key.site, key.id) as LastEntryRow | undefined;
    return {
      key: { site: key.site, id: key.id },
      lifecycle: lifecycleFrom(row.lifecycle),
      lastSeq: last?.seq ?? 0,
      beganAt: iso(row.began_at),
      lastAt: iso(last?.at ?? row.began_at),
      seenAt: iso(Math.max(row.seen_at, seen.get(mapKey(key))?.at ?? 0)),
    };
  }

  function find(name: Name): Known | null {
    const row = memory.find(name);
    if (!row || (row.expires_at !== null && row.expires_at <= millis(now()))) return null;
    return { key: { site: row.site, id: row.conversation }, handoff: row.handoff };
  }
}

function mapKey({ site, id }: ConversationKey): string {
  return JSON.stringify([site, id]);
}
