import { cpus } from "node:os";
import { table, type Part } from "../bench/processes.ts";
import type { Crowd } from "./crowd.ts";
import type { Door } from "./door.ts";
import type { Faults } from "./faults.ts";
import type { Fleet } from "./fleet.ts";
import { promises, type Ledger, type Promised } from "./ledger.ts";
import { keptBy } from "./kept.ts";
import { slopeOf } from "./memory.ts";
import type { Options } from "./options.ts";
import type { Tally } from "./tally.ts";

const MB = 1_000_000;

/** Which of the last line's figures a broken promise counts in. */
const countsAs: Record<Promised, "lost" | "repeated" | "reordered"> = {
  lost: "lost",
  missed: "lost",
  unanswered: "lost",
  newsLost: "lost",
  repeated: "repeated",
  unfounded: "repeated",
  reordered: "reordered",
};

/** What a soak prints: how it goes, what was reached beside what was asked for, and what is wrong. */
export function createReport({ options, door, fleet, outside, tally, crowd, data }: Parts) {
  const { sums } = tally;
  const started = performance.now();
  let loadedFrom = started;
  let last = { at: started, ...sums, cpu: cpuSeconds(), busy: busySeconds() };

  return {
    joining: () => console.log(`${crowd.size()} of ${options.streams} visitors have joined. ${listed(tally.statuses)}`),

    joined(): void {
      console.log(`${crowd.size()} visitors have joined in ${((performance.now() - started) / 1_000).toFixed(0)} s.`);
      tally.forget();
      sums.turns = 0;
      sums.webhooks = 0;
      loadedFrom = performance.now();
      last = { at: loadedFrom, ...sums, cpu: cpuSeconds(), busy: busySeconds() };
    },

    progress(): void {
      const now = { at: performance.now(), ...sums, cpu: cpuSeconds(), busy: busySeconds() };
      const seconds = (now.at - last.at) / 1_000;
      const rate = (what: "turns" | "webhooks") => `${((now[what] - last[what]) / seconds).toFixed(0)} of ${options[what]}`;
      const cores = (spent: number) => (spent / seconds).toFixed(2);
      const memory = fleet.urls.map((_, bridge) =>
        ((fleet.lives.findLast((life) => life.bridge === bridge)?.samples.at(-1)?.bytes ?? 0) / MB).toFixed(0),
      );
      console.log(
        `${clock(now.at - loadedFrom)}  turns ${rate("turns")}/s  webhooks ${rate("webhooks")}/s  streams ${now.open} open, ${now.back - last.back} came back` +
          `  bridges ${memory.join(" and ")} MB  cores: bridges ${cores(now.cpu.bridges - last.cpu.bridges)}, soak ${cores(now.cpu.soak - last.cpu.soak)}, machine ${cores(now.busy - last.busy)} of ${cpus().length}`,
      );
      last = now;
    },

    stormed(ms: number): void {
      console.log(
        `Storm: all bridges killed at once; ${crowd.size()} streams were back after ${(ms / 1_000).toFixed(1)} s, half of them after ${seconds(tally.quantile("untold", 50))}.`,
      );
      loadedFrom = performance.now();
    },

    loaded({ kills, restarts }: Faults): void {
      const took = (performance.now() - loadedFrom) / 1_000;
      const times = [
        ["a line is acknowledged", "line"],
        ["an answer is on the visitor's screen", "turn"],
        ["a webhook is answered", "webhook"],
        ["its news is on the visitor's screen", "news"],
        ["a stream is back after a kill", "untold"],
        ["a stream is back after a bye", "told"],
      ] as const;
      console.log();
      console.log(
        table(
          ["", "asked", "reached"],
          [
            ["turns a second", options.turns, sums.turns / took],
            ["webhooks a second", options.webhooks, sums.webhooks / took],
            ["streams open at the end", options.streams, sums.open],
          ],
        ),
      );
      console.log();
      console.log(
        table(
          ["milliseconds until", "p50", "p95", "p99", "most"],
          times
            .filter(([, what]) => tally.most(what) !== null)
            .map(([words, what]) => {
              const at = (percent: number) => tally.quantile(what, percent) ?? 0;
              return [words, at(50), at(95), at(99), tally.most(what) ?? 0];
            }),
        ),
      );
      console.log();
      if (kills > 0) console.log(`Killed: ${kills} times. Streams that came back: ${sums.back}.`);
      if (restarts.length > 0) {
        const most = (of: "stopMs" | "allMs") => seconds(Math.max(...restarts.map((one) => one[of])));
        console.log(
          `Rolling restarts: ${restarts.length}. A stop took at most ${most("stopMs")}, with the start ${most("allMs")}; streams were back within ${seconds(tally.quantile("told", 95))} (p95).`,
        );
      }
      console.log(`Sends that a visitor saw waiting: ${tally.not.waited}, failed: ${tally.not.failed}.`);
      if (door.passedOver.size > 0) console.log(`Sent to the other bridge at once: ${listed(door.passedOver)}.`);
      if (tally.statuses.size > 0) console.log(`Not taken at once: ${listed(tally.statuses)}.`);
      const slope = slopeOf(fleet.lives, (pid) => keptBy(data, pid));
      const perHour = ({ mbPerHour, errorMbPerHour }: { mbPerHour: number; errorMbPerHour: number }) =>
        `${mbPerHour.toFixed(1)} ± ${errorMbPerHour.toFixed(1)} MB/h`;
      console.log(
        slope === null
          ? "Memory: no bridge lived for two minutes, which is too short to tell growth from settling."
          : `Memory of bridge ${slope.bridge}, the longest life from its second minute on (${slope.seconds.toFixed(0)} s): ${slope.fromMB.toFixed(0)} to ${slope.toMB.toFixed(0)} MB, ${perHour(slope)} through all of it, ${slope.kept === null ? "and too short to say what is kept" : `of which kept ${slope.kept.fromMB.toFixed(1)} to ${slope.kept.toMB.toFixed(1)} MB, ${perHour(slope.kept)} through ${slope.kept.times} collections`}.`,
      );
    },

    /** What a bridge calls an error may be the machine's: it is told, and what comes of it is checked like everything else. */
    complained(errors: string[]): void {
      if (errors.length === 0) return;
      console.log(`Errors that bridges logged: ${errors.length}, such as ${errors.slice(0, 3).join("\n")}`);
    },

    /** Whether every promise was kept. */
    verdict(ledger: Ledger, acknowledged: number): boolean {
      const rows = (Object.keys(promises) as Promised[]).map((promise) => [promises[promise], String(ledger.wrong(promise))]); // its own keys
      console.log(`\n${table(["promise", "broken"], rows)}`);
      for (const line of ledger.told) console.log(line);
      const figure = (of: "lost" | "repeated" | "reordered") =>
        (Object.keys(promises) as Promised[]).reduce((sum, promise) => sum + (countsAs[promise] === of ? ledger.wrong(promise) : 0), 0); // as above
      const [lost, repeated, reordered] = [figure("lost"), figure("repeated"), figure("reordered")];
      console.log(`acknowledged: ${acknowledged}, lost: ${lost}, repeated: ${repeated}, reordered: ${reordered}`);
      return lost + repeated + reordered === 0;
    },
  };

  function cpuSeconds() {
    const { user, system } = process.cpuUsage();
    return { bridges: fleet.cpuSeconds(), soak: (user + system) / 1e6 + outside.cpuSeconds() };
  }
}

const listed = (counts: Map<string, number>) => [...counts].map(([what, count]) => `${what} × ${count}`).join(", ");

function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1_000, 0);
}

const seconds = (ms: number | null) => (ms === null ? "no time" : `${(ms / 1_000).toFixed(2)} s`);

function clock(ms: number): string {
  const all = Math.round(ms / 1_000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
}

interface Parts {
  options: Options;
  door: Door;
  fleet: Fleet;
  outside: Part;
  tally: Tally;
  crowd: Crowd;
  /** Where bridges write what they keep in memory. */
  data: string;
}
