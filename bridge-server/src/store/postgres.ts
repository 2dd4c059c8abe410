import { systemClock } from "../clock.ts";
import { automated, type Lifecycle } from "../conversation/lifecycle.ts";
import { newId } from "../random.ts";
import { lately } from "./lately.ts";
import { buildIndexes } from "./postgres-indexes.ts";
import { knownLifecycles, nameOf, type KnownLifecycle } from "./postgres-lifecycles.ts";
import { looksOver } from "./postgres-looks.ts";
import { migratePostgres } from "./postgres-migrations.ts";
import { connectionsTo, type Connections } from "./postgres-pool.ts";
import {
  statements as sql,
  type BacklogRow,
  type ConversationRow,
  type EntryRow,
  type JobRow,
  type LifecycleRow,
  type NameRow,
  type RecordRow,
  type ResumeRow,
} from "./postgres-statements.ts";
import { seenLately } from "./postgres-seen.ts";
import { oneAfterAnother } from "./postgres-turns.ts";
import {
  ClaimLost,
  NEVER,
  StoreUnavailable,
  type Conversation,
  type ConversationKey,
  type Decision,
  type Entry,
  type Job,
  type Known,
  type NewFact,
  type Recorded,
  type Store,
} from "./store.ts";
import { iso, millis, text } from "./values.ts";

/** Of so many conversations the lifecycle is remembered here, and whose a vendor's chat is: about 10 MB. */
const KNOWN_AT_MOST = 10_000;
/** So often a fact is decided anew when others keep changing its conversation. In practice once is a lot. */
const DECIDED_AT_MOST = 25;

export interface PostgresOptions {
  /** Takes the place of the database's clock as well. Left out, bridges whose clocks differ still agree on who holds a job. */
  now?: () => Date;
  /** This process's own clock, which may be wrong: it never decides who holds a job. */
  own?: () => Date;
  /** Connections at the same time. */
  most?: number;
}

/**
 * Many processes, one database. A fact costs one round trip when its conversation's lifecycle is known here, two otherwise.
 * Tables are brought up to date first. `decide` may be called several times for one fact, of which the last counts.
 */
export async function postgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  const connections = connectionsTo(url, options.most === undefined ? {} : { most: options.most });
  try {
    await migratePostgres(connections);
    await buildIndexes(connections);
  } catch (error) {
    await connections.close();
    throw error;
  }
  return storeOver(connections, options);
}

function storeOver(connections: Connections, { now: testClock, own = systemClock.now }: PostgresOptions): Store {
  const { ask } = connections;
  const now = testClock ?? own;
  /** `null`: the database's own. */
  const given = () => testClock?.() ?? null;
  const known = knownLifecycles(KNOWN_AT_MOST);
  /** A vendor's chat is one conversation's for good, even after that is erased; other names can be taken back. */
  const chats = lately<Known>(KNOWN_AT_MOST);
  const inTurn = oneAfterAnother();
  const seen = seenLately(connections, now, given);

  return {
    record: (fact) => inTurn(nameOf(fact.key), () => record(fact)),

    async entriesAfter({ site, id }, after, limit) {
      const rows = await ask<EntryRow>(sql.entriesAfter, [site, id, after, limit ?? null]);
      return rows.map(entryFrom);
    },

    async notes({ site, id }) {
      return (await ask<EntryRow>(sql.notes, [site, id])).map(entryFrom);
    },

    async read({ site, id }) {
      const [row] = await ask<ConversationRow>(sql.conversation, [site, id]);
      return row ? conversationFrom({ site, id }, row) : null;
    },

    async find({ kind, value }) {
      const known = kind === "vendor_chat" ? chats.get(value) : undefined;
      if (known) return known;
      const [row] = await ask<NameRow>(sql.find, [kind, value, given()]);
      if (!row) return null;
      const found = { key: { site: row.site, id: row.conversation }, handoff: row.handoff };
      if (kind === "vendor_chat") chats.set(value, found);
      return found;
    },

    async resume({ kind, value }, after, limit) {
      const [row] = await ask<ResumeRow>(sql.resume, [kind, value, given(), after, limit]);
      if (!row) return null;
      const { site, conversation: id, handoff, began_at: began, entries } = row;
      return {
        known: { key: { site, id }, handoff },
        conversation: began === null ? null : conversationFrom({ site, id }, { ...row, began_at: began }),
        entries: (entries ?? []).map(({ seq, ms, body }) => ({ seq, at: iso(new Date(ms)), body })),
      };
    },

    ...looksOver(connections, given),

    async turnsOn(site, day) {
      const [row] = await ask<{ turns: number }>(sql.turnsOn, [site, day]);
      return row?.turns ?? 0;
    },

    seen: async (key) => seen.note(key),

    async claimJobs(limit, leaseMs) {
      const receipt = newId();
      const claimed = { statement: sql.claimedWith, values: [given(), receipt] };
      return (await ask<JobRow>(sql.claimJobs, [given(), limit, leaseMs, receipt], claimed)).map(jobFrom);
    },

    async renew(jobs, leaseMs) {
      if (jobs.length === 0) return [];
      const columns = [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt), jobs.map(putBackOf)];
      const rows = await ask<{ id: number }>(sql.renew, [given(), leaseMs, ...columns]);
      const mine = new Set(rows.map(({ id }) => id));
      return jobs.filter(({ id }) => mine.has(id));
    },

    async finishJob(job, retryAt) {
      const claim = [job.id, job.attempt, putBackOf(job)];
      if (!retryAt) return (await ask<{ is_awaited: boolean }>(sql.endJob, claim)).some((row) => row.is_awaited);
      await ask(sql.putBackJob, [...claim, given(), millis(retryAt) - now().getTime()]);
      return false;
    },

    async backlog() {
      const [due, [kept]] = await Promise.all([ask<BacklogRow>(sql.backlog, [given()]), ask<{ count: number }>(sql.kept, [NEVER])]);
      const since = (age: number) => iso(new Date(now().getTime() - age)); // by the clock of whoever is going to compare it
      return { due: due.map(({ task, count, age_ms: age }) => ({ task, count, since: since(age) })), kept: kept?.count ?? 0 };
    },

    async probe() {
      await ask(sql.probe, []);
    },

    async close() {
      await seen.close();
      await connections.close();
    },
  };

  function conversationFrom(key: ConversationKey, row: ConversationRow): Conversation {
    known.learn(key, row);
    const { lifecycle, last_seq: lastSeq, began_at: beganAt, last_at: lastAt, seen_at: seenAt } = row;
    return { key, lifecycle, lastSeq, beganAt: iso(beganAt), lastAt: iso(lastAt), seenAt: iso(seen.latest(key, seenAt)) };
  }

  async function record(fact: NewFact): Promise<Recorded> {
    const { key } = fact;
    const receipt = newId();
    let basis = known.get(key);
    let isGuess = basis !== null;
    for (let decided = 0; decided < DECIDED_AT_MOST; decided++) {
      let isKnown = false;
      if (basis === null) ({ basis, isKnown } = await lookUp(fact));
      let prepared: Prepared;
      try {
        prepared = isKnown ? nothing(basis) : prepare(fact.decide(basis.lifecycle), basis, now());
      } catch (error) {
        if (!isGuess) throw error;
        // The fact may be known already, and then there is nothing to decide; or it was decided on what is no longer so.
        basis = null;
        isGuess = false;
        continue;
      }
      const row = await save(fact, receipt, basis, prepared);
      if (row.outcome === "lost") throw new ClaimLost(fact.by!.job); // only a fact that came of a job is answered so
      const latest = { version: row.version, lifecycle: row.lifecycle ?? automated("") };
      if (row.outcome === "moved") known.forget(key); // whatever was known of it was wrong
      known.learn(key, latest);
      if (row.outcome !== "moved") return recordedFrom(fact, row, prepared, latest.lifecycle);
      basis = latest;
      isGuess = false;
    }
    throw new StoreUnavailable("the conversation changes faster than this bridge can follow");
  }

  async function lookUp({ key, factId }: NewFact): Promise<{ basis: KnownLifecycle; isKnown: boolean }> {
    const [row] = await ask<LifecycleRow>(sql.lifecycle, [key.site, key.id, factId]);
    // What is not written yet, and what never is because it only carries news, stands at the beginning.
    return { basis: { version: row?.version ?? 0, lifecycle: row?.lifecycle ?? automated("") }, isKnown: row?.is_known ?? false };
  }

  async function save({ key, factId, digest, by, claimForMs }: NewFact, receipt: string, basis: KnownLifecycle, prepared: Prepared) {
    const { lifecycle, entries, notes, jobs, names, turns } = prepared;
    const erases = prepared.erases && text([key, ...prepared.erases]);
    const values = [key.site, key.id, factId, digest ?? null, receipt, given(), basis.version, lifecycle, entries, notes];
    const columns = [
      jobs.map(({ task }) => task),
      jobs.map(({ input }) => input),
      jobs.map(({ lane }) => lane),
      jobs.map(({ delay }) => delay),
    ];
    const claim = by ? [by.job.id, by.job.attempt, putBackOf(by.job), by.isDone] : [null, null, null, false];
    try {
      const [row] = await ask<RecordRow>(prepared.statement, [...values, ...columns, names, turns, erases, ...claim, claimForMs ?? null]);
      return row!; // the function answers with one row, always
    } catch (error) {
      known.forget(key); // it may have been saved all the same
      throw error;
    }
  }

  function recordedFrom({ key }: NewFact, row: RecordRow, { bodies }: Prepared, lifecycle: Lifecycle): Recorded {
    const at = iso(row.at);
    const first = row.first_seq;
    const isOurs = row.outcome === "saved";
    return {
      entries: isOurs && first !== null ? bodies.map((body, index) => ({ seq: first + index, at, body })) : [],
      repeats: isOurs ? null : { digest: row.digest, firstSeq: first },
      lifecycle,
      claimed: (row.claimed ?? []).map((job) => Object.assign(job, { key, attempt: 1, lost: 0, since: iso(now()), at, lifecycle })),
      nextDue: row.next_due_ms === null ? null : new Date(now().getTime() + row.next_due_ms),
    };
  }

  function jobFrom({ site, conversation, since: at, age_ms: age, version, lifecycle, id, task, input, attempt, lost }: JobRow): Job {
    const key = { site, id: conversation };
    const latest = { version: version ?? 0, lifecycle: lifecycle ?? automated("") };
    known.learn(key, latest);
    const since = iso(new Date(now().getTime() - age)); // by the clock of whoever is going to compare it
    return { id, key, task, input, attempt, lost, since, at: iso(at), lifecycle: latest.lifecycle };
  }
}

/** Everything that can go wrong for a fact alone goes wrong here, before anything is sent. */
function prepare(decision: Decision, basis: KnownLifecycle, now: Date) {
  const { lifecycle, entries, notes, names, turns } = decision;
  const written = text(lifecycle);
  const isMoved = lifecycle !== basis.lifecycle && written !== text(basis.lifecycle);
  // News parked before its conversation is known changes nothing, so it does not become a conversation.
  const begins = basis.version === 0 && (entries.length > 0 || notes.length > 0);
  const bodies = entries.map(text);
  return {
    lifecycle: isMoved || begins ? written : null,
    entries: bodies,
    bodies: entries,
    notes: notes.map(text),
    jobs: decision.jobs.map(({ task, input, lane, runAt }) => ({
      task,
      input: text(input),
      lane: lane ?? null,
      delay: runAt ? millis(runAt) - now.getTime() : 0,
    })),
    names:
      names.length === 0
        ? null
        : text(
            names.map(({ kind, value, handoff, expiresAt }) => {
              return { kind, value, handoff, expires_at: expiresAt && iso(new Date(millis(new Date(expiresAt)))) };
            }),
          ),
    turns,
    erases: decision.erases ?? null,
    statement: decision.revokesTokens ? sql.recordRevoking : sql.record,
  };
}

type Prepared = ReturnType<typeof prepare>;

const nothing = (basis: KnownLifecycle): Prepared =>
  prepare({ lifecycle: basis.lifecycle, entries: [], notes: [], jobs: [], names: [], turns: 0 }, basis, new Date(0));

/** What a claim is known by: a later one has more attempts, and one that was put back more of that. */
function putBackOf({ attempt, lost }: Job): number {
  return attempt - 1 - lost;
}

function entryFrom({ seq, at, body }: EntryRow): Entry {
  return { seq, at: iso(at), body };
}
