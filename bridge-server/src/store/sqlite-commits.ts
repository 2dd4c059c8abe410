import type { DatabaseSync } from "node:sqlite";
import { inMachineMs } from "../clock.ts";
import { orUnavailable } from "./sqlite-file.ts";
import { StoreUnavailable } from "./store.ts";

/**
 * Reads and decides, then returns what to write. Whoever fails while preparing fails alone;
 * may be called again when somebody else's write made the transaction start over.
 */
type Prepare<T> = () => () => T;

interface Waiting {
  prepare: Prepare<unknown>;
  resolve: (result: unknown) => void;
  reject: (reason: unknown) => void;
}
type Outcome = { result: unknown } | { error: unknown };

/** A turn of the event loop that saves more than this is split, so that streams are not held up behind it. */
const MOST_AT_ONCE = 256;

/**
 * Saves what is asked for at about the same time in one transaction, with one flush. What comes alone is saved at once; after several
 * have come together, as many are waited for, but not longer than `gatherMs`.
 * A promise resolves only after COMMIT has returned, so whatever it tells has reached the disk. `undone` is called when what was
 * written has not been saved, before anything is prepared again.
 */
export function groupedCommits(db: DatabaseSync, gatherMs: number, undone: () => void) {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  let waiting: Waiting[] = [];
  let cameTogether = 1;
  let stopGathering: (() => void) | null = null;
  let isClosed = false;

  return {
    /** Results come in the order of the calls, and each call sees what those before it have written. */
    save<T>(prepare: Prepare<T>): Promise<T> {
      if (isClosed) return Promise.reject(new StoreUnavailable("the store is closed"));
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      // The queue holds results of all kinds; this closure is what keeps each with its own promise.
      waiting.push({ prepare, resolve: resolve as (result: unknown) => void, reject });
      if (waiting.length === cameTogether) setImmediate(flush);
      else if (waiting.length === 1) stopGathering = inMachineMs(gatherMs, flush);
      return promise;
    },
    /** Saves at once whatever still waits, and nothing after it. */
    close(): void {
      isClosed = true;
      while (waiting.length > 0) flush();
    },
  };

  function flush(): void {
    stopGathering?.();
    const group = waiting.slice(0, MOST_AT_ONCE);
    waiting = waiting.slice(MOST_AT_ONCE);
    if (waiting.length > 0) setImmediate(flush);
    if (group.length === 0) return;
    if (gatherMs > 0) cameTogether = group.length;
    saveTogether(group);
  }

  function saveTogether(group: Waiting[]): void {
    let outcomes: Outcome[] | null = null;
    try {
      undo(); // does nothing, unless undoing failed the last time
      begin.run();
      outcomes = group.map(({ prepare }) => saveOne(prepare));
      commit.run();
    } catch (error) {
      undone();
      try {
        undo();
      } catch {} // the error that came first says more, and the next group undoes before it begins
      // A write that failed for one of many must not cost the others theirs: each is tried again by itself.
      if (outcomes === null && group.length > 1) for (const one of group) saveTogether([one]);
      else for (const { reject } of group) reject(orUnavailable(error));
      return;
    }
    for (const [index, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[index]!; // one for each, by construction
      if ("error" in outcome) reject(outcome.error);
      else resolve(outcome.result);
    }
  }

  function saveOne(prepare: Prepare<unknown>): Outcome {
    let write: () => unknown;
    try {
      write = prepare();
    } catch (error) {
      return { error }; // nothing was written for this one yet
    }
    return { result: write() };
  }

  function undo(): void {
    if (db.isOpen && db.isTransaction) rollback.run(); // a full disk makes SQLite roll back by itself
  }
}
