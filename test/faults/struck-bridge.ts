// A bridge as it ships, which stands still where it is told to. The matrix starts it with a line to itself on descriptor 3.
import { setClockAhead } from "./struck-clock.ts"; // first: see there
import { subscribe } from "node:diagnostics_channel";
import { readSync, writeSync } from "node:fs";
import type { Failpoint } from "@baton/bridge-server/failpoint";
import { serve } from "@baton/bridge-server/main";
import { failSqlite, owedInSqlite, type SqliteFault } from "./struck-sqlite.ts";

/** What it says: where it stands, and that a fault of its own has struck. */
export type Report = { stands: Failpoint | "where it was called" } | { struck: Order["does"] } | { owed: string[] };

/** What it does to itself before it goes on. Without a fault: nothing. */
export type Order =
  | { does: "nothing" }
  | { does: "tell what is owed" }
  | { does: "set the clock"; aheadMs: number; forMs: number }
  | { does: "fail SQLite"; fault: SqliteFault; forMs: number };

const LINE = 3;
const { STAND_AT = "", STAND_NTH = "1", LEASE_MS = "" } = process.env;

let left = Number(STAND_NTH);
subscribe("baton:failpoint", (point) => {
  if (point === STAND_AT && --left === 0) stand(point as Failpoint); // the point that was asked for is one
});
const watcher = process.ppid;
setInterval(() => process.ppid === watcher || process.exit(), 1_000).unref(); // who watched it was killed, and nobody else will end it
process.on("SIGUSR2", () => stand("where it was called"));
await serve(process.argv[2], { leaseMs: Number(LEASE_MS) });

/** Nothing else happens in this process until it is told to go on. */
function stand(point: Failpoint | "where it was called"): void {
  tell({ stands: point });
  obey(JSON.parse(hear()) as Order); // as `watched-bridge.ts` writes it
}

function obey(order: Order): void {
  const struck = () => tell({ struck: order.does });
  switch (order.does) {
    case "nothing":
      return;
    case "tell what is owed":
      return tell({ owed: owedInSqlite() });
    case "set the clock":
      setClockAhead(order.aheadMs);
      setTimeout(() => setClockAhead(0), order.forMs).unref();
      return struck();
    case "fail SQLite":
      return failSqlite(order.fault, { forMs: order.forMs, struck });
  }
}

function tell(report: Report): void {
  writeSync(LINE, `${JSON.stringify(report)}\n`);
}

function hear(): string {
  const byte = Buffer.alloc(1);
  let line = "";
  while (readSync(LINE, byte) === 1 && byte.toString() !== "\n") line += byte.toString();
  return line === "" ? '{"does":"nothing"}' : line; // whoever was there is gone
}
