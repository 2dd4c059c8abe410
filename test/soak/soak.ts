// `npm run soak -- --minutes 15 --streams 10000`: many visitors on two bridges that are killed all the time, and nothing may be lost.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPart } from "../bench/processes.ts";
import { noNats, startNats } from "../engines/nats.ts";
import { startPostgres } from "../engines/postgres.ts";
import { createCrowd } from "./crowd.ts";
import { openDoor } from "./door.ts";
import { killInTurn, restartInTurn, storm } from "./faults.ts";
import { compileBridge, startFleet } from "./fleet.ts";
import { createLedger } from "./ledger.ts";
import { keepPace } from "./pace.ts";
import { OptionsError, readOptions } from "./options.ts";
import type { Seen } from "./outside.ts";
import { createReport } from "./report.ts";
import { createTally } from "./tally.ts";

const BRIDGES = 2;
const JOINING_AT_ONCE = 48;
/** Faults over, everything accepted has come to its end within this time (I-17). */
const SETTLES_WITHIN_MS = 60_000;

async function soak(args: string[]): Promise<boolean> {
  const options = readOptions(args);
  if (noNats !== null) throw new OptionsError(noNats);
  const data = mkdtempSync(join(tmpdir(), "baton-soak-"));
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(data, { recursive: true, force: true })];
  try {
    const postgres = await startPostgres();
    closing.push(postgres.stop);
    const nats = await startNats();
    closing.push(nats.stop);
    const outside = await startPart(new URL("outside.ts", import.meta.url));
    closing.push(outside.stop);
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    const compiled = join(data, "compiled");
    compileBridge(compiled);
    const fleet = await startFleet(BRIDGES, {
      NODE_COMPILE_CACHE: compiled,
      BRIDGE_DATA: data,
      OUTSIDE_URL: outside.url,
      DATABASE_URL: await postgres.newDatabase(),
      NATS_URL: nats.url,
      DESK_SECRET: secret,
      CHAT_KEY: "soak",
    });
    closing.push(fleet.stop);
    const door = openDoor(fleet.urls);
    closing.push(door.close);
    const [ledger, tally] = [createLedger(), createTally()];
    const crowd = createCrowd({ door, ledger, tally, secret });
    closing.push(async () => crowd.stop());
    const report = createReport({ options, door, fleet, outside, tally, crowd, data });

    await joinAll();
    report.joined();
    if (options.storm) report.stormed(await storm({ fleet, tally }));
    const over = new AbortController();
    const faults = options.restarts > 0 ? restartInTurn({ fleet, tally, options }) : killInTurn({ fleet, options, over: over.signal });
    const load = keepPace({ crowd, options, over: over.signal, progress: report.progress });
    await (options.restarts > 0 ? faults : load);
    over.abort();
    await Promise.all([load, faults]);
    report.loaded(await faults);

    try {
      await crowd.settle(SETTLES_WITHIN_MS);
    } catch (error) {
      ledger.note("unanswered", null, error instanceof Error ? error.message : String(error));
    }
    await crowd.check(options.lose);
    const seen = (await outside.ask("what have you seen?")) as Seen; // what it answers
    for (const line of seen.again) ledger.note("repeated", null, `the assistant was asked "${line}" again`);
    report.complained(fleet.trouble());
    return report.verdict(ledger, crowd.acknowledged());

    async function joinAll(): Promise<void> {
      const agents = options.webhooks === 0 ? 0 : Math.max(1, Math.round(options.streams / 5));
      const told = setInterval(report.joining, 10_000);
      const waiting = Array.from({ length: options.streams }, (_, index) => index).values();
      await Promise.all(
        Array.from({ length: JOINING_AT_ONCE }, async () => {
          for (const index of waiting) await crowd.join(index, index < agents ? "agent" : "assistant");
        }),
      );
      clearInterval(told);
    }
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

if (import.meta.main) {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130)); // whatever was started ends with us
  // Said outright: the PostgreSQL that is embedded ends whoever has not done so with 0.
  soak(process.argv.slice(2)).then(
    (isKept) => process.exit(isKept ? 0 : 1),
    (error: unknown) => {
      console.error(error instanceof OptionsError ? error.message : error);
      process.exit(2);
    },
  );
}
