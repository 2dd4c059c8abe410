import { DatabaseSync, StatementSync } from "node:sqlite";

/** What may go wrong with the file. `io_error`: a flush fails, and nothing is saved. `locked`: no transaction can be begun. */
export type SqliteFault = "io_error" | "locked" | "full" | "error_after_commit";

interface Failing {
  forMs: number;
  struck(): void;
  /** Milliseconds on any clock. */
  now?: () => number;
}

/**
 * Makes SQLite fail from its next transaction on: once, or again and again until `forMs` after the first time. `struck` is called
 * the first time. What the caller sees is what SQLite throws: a full file really is full, the rest is thrown for it.
 */
export function failSqlite(fault: SqliteFault, { forMs, struck, now = () => performance.now() }: Failing): void {
  let until: number | null = null;
  failing = (statement, run) => {
    const sql = statement.sourceSQL;
    if (sql !== (fault === "locked" ? "BEGIN IMMEDIATE" : "COMMIT")) return run();
    if (until !== null && now() >= until) {
      failing = null;
      return run();
    }
    if (until === null) struck();
    until ??= now() + forMs;
    const db = homes.get(statement)!; // every statement was prepared after this file was read
    if (fault === "error_after_commit") run();
    if (fault === "io_error") db.exec("ROLLBACK"); // as SQLite does when a flush fails
    if (fault === "full") fill(db);
    throw fault === "locked" ? sqliteError(5, "database is locked") : sqliteError(10, "disk I/O error");
  };
}

/** What is owed and not for later, by task, as only this process can know: the file is its alone. */
export function owedInSqlite(): string[] {
  const rows =
    latest?.prepare("SELECT task FROM job WHERE run_at < ? OR task = 'parked' ORDER BY id").all(Date.now() + 12 * 60 * 60_000) ?? [];
  return rows.map(({ task }) => String(task));
}

type Run = StatementSync["run"];
let latest: DatabaseSync | null = null;
let failing: ((statement: StatementSync, run: () => ReturnType<Run>) => ReturnType<Run>) | null = null;
const homes = new WeakMap<StatementSync, DatabaseSync>();

const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...given) {
  const statement = prepare.apply(this, given);
  remember(statement, this);
  return statement;
};

function remember(statement: StatementSync, home: DatabaseSync): void {
  homes.set(statement, home);
  latest = home;
}

const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (this: StatementSync, ...given: Parameters<Run>) {
  const really = () => run.apply(this, given) as ReturnType<Run>; // what it was
  return failing ? failing(this, really) : really();
} as Run;

/** Writes more than there is room for: SQLite says so itself, and takes the transaction back. */
function fill(db: DatabaseSync): void {
  const pages = Number(db.prepare("PRAGMA page_count").get()?.["page_count"]);
  db.exec(`PRAGMA max_page_count = ${pages}`);
  try {
    db.exec("CREATE TABLE ballast AS SELECT zeroblob(1048576) AS bytes");
  } finally {
    db.exec("PRAGMA max_page_count = 4294967294");
  }
}

function sqliteError(errcode: number, message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode, errstr: message });
}
