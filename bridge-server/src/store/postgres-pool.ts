import { Client, Pool, types, type ClientBase } from "pg";
import { machinePause } from "../clock.ts";
import { StoreUnavailable } from "./store.ts";

/** What a visitor's request may wait for at most, step by step: each is told "later" rather than kept hanging. */
const CONNECT_WITHIN_MS = 3_000;
const LOCKED_AT_MOST_MS = 3_000;
const STATEMENT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 7_000; // the server ends its statement before this; only a dead line gets this far
const TRANSACTION_IDLE_AT_MOST_MS = 10_000;

/** A line that breaks is tried again after so long: long enough for a server that restarts its session, not for a failover. */
const AGAIN_AFTER_MS = [0, 100, 400];

interface Statement {
  name: string;
  text: string;
}

/** Connections to one database, and the words for what goes wrong with it. */
export function connectionsTo(url: string, { most = 10, name = "baton" }: { most?: number; name?: string } = {}) {
  const pool = new Pool({
    connectionString: url,
    application_name: name,
    max: most,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    lock_timeout: LOCKED_AT_MOST_MS,
    idle_in_transaction_session_timeout: TRANSACTION_IDLE_AT_MOST_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
    types: { getTypeParser },
  });
  pool.on("error", () => {}); // an idle connection broke: the pool has dropped it, and the next statement gets another
  let isClosed = false;

  return {
    /**
     * Runs a statement that does no harm when it runs twice: one whose answer was lost is repeated, with the values of `again`
     * where they differ. Rejects with `StoreUnavailable` when waiting may help.
     */
    async ask<Row>(
      statement: Statement,
      values: unknown[],
      again: { statement: Statement; values: unknown[] } | null = null,
    ): Promise<Row[]> {
      for (let tries = 0; ; tries++) {
        const { statement: now, values: given } = (tries > 0 && again) || { statement, values };
        try {
          if (isClosed) throw new StoreUnavailable("the store is closed");
          const { rows } = await pool.query({ ...now, values: given });
          return rows as Row[]; // each statement stands beside the type of its rows
        } catch (error) {
          const waitMs = isCutOff(error) ? AGAIN_AFTER_MS[tries] : undefined;
          if (waitMs === undefined || isClosed) throw translated(error);
          await machinePause(waitMs);
        }
      }
    },

    /** Runs `work` in one transaction on one connection. Nothing is tried again. */
    async inTransaction<T>(work: (db: ClientBase) => Promise<T>): Promise<T> {
      const db = await pool.connect().catch((error: unknown) => {
        throw translated(error);
      });
      // While it is lent the pool does not listen, and an error that nobody listens to ends the process. The next statement tells of it.
      const breaks = () => {};
      db.on("error", breaks);
      try {
        await db.query("BEGIN");
        const result = await work(db);
        await db.query("COMMIT");
        db.release();
        return result;
      } catch (error) {
        // A connection that cannot even undo is thrown away, and its transaction with it.
        await db.query("ROLLBACK").then(
          () => db.release(),
          (broken: Error) => db.release(broken),
        );
        throw translated(error);
      } finally {
        db.off("error", breaks); // it is the pool's again, which listens
      }
    },

    /** Runs `work` on a connection of its own, which ends with it, and whose statements may take as long as they need. */
    async alone<T>(work: (db: ClientBase) => Promise<T>): Promise<T> {
      const db = new Client({ connectionString: url, application_name: name, connectionTimeoutMillis: CONNECT_WITHIN_MS, keepAlive: true });
      db.on("error", () => {}); // whoever waits for an answer hears of it
      try {
        await db.connect();
        return await work(db);
      } catch (error) {
        throw translated(error);
      } finally {
        await db.end().catch(() => {});
      }
    },

    async close(): Promise<void> {
      if (isClosed) return;
      isClosed = true;
      await pool.end();
    },
  };
}

export type Connections = ReturnType<typeof connectionsTo>;

/** Numbers beyond 2^53 do not occur: no table counts that far. */
function getTypeParser(oid: number, format?: "text" | "binary") {
  return oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format as "text"); // both are looked up alike
}

/** The connection was refused or lost. If it was lost, nobody knows whether the statement was saved. */
function isCutOff(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return /^(08|57P0[123])/.test(code) || /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/.test(code);
  return error instanceof Error && /^Connection terminated|^Client has encountered a connection error/.test(error.message);
}

/**
 * By SQLSTATE: connection, read-only (a replica after a failover), credentials, no such database, conflict, resources,
 * busy, operator's doing, broken machine. What is left is a bug of ours, and stays what it is.
 */
function translated(error: unknown): unknown {
  if (error instanceof StoreUnavailable || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const mayPass =
    isCutOff(error) ||
    /^(25006|28...|3D000|40...|53...|55...|57...|58...)$/.test(code ?? "") ||
    /^E[A-Z]+$/.test(code ?? "") ||
    /timeout/i.test(error.message);
  // Node gives an attempt at several addresses a code, but no message.
  return mayPass ? new StoreUnavailable(`PostgreSQL: ${error.message || code}`, { cause: error }) : error;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
