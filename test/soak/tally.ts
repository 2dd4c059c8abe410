import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

type Taken = "begin" | "handoff" | "line" | "webhook";
type Timed = Taken | "turn" | "news" | "told" | "untold";

/** Counts and times of a soak, in memory that does not grow with it. */
export function createTally() {
  const times = new Map<Timed, RecordableHistogram>();
  const sums = { turns: 0, webhooks: 0, open: 0, cut: 0, back: 0 };
  /** Sends that were not taken at once, and answers to them: those 4xx of which a visitor would see that they failed. */
  const not = { waited: 0, failed: 0 };
  const statuses = new Map<string, number>();

  return {
    sums,
    not,
    statuses,
    took,
    /** `null`: nobody answered. */
    notTaken(what: Taken, status: number | null): void {
      const isFailed = status !== null && status >= 400 && status < 500 && status !== 429;
      if (isFailed) not.failed++;
      else if (what === "line" || what === "handoff") not.waited++;
      count(`${what} ${status ?? "no answer"}`);
    },
    back: (awayMs: number | null, cut: "never" | "told" | "untold"): void => {
      sums.open++;
      if (awayMs === null || cut === "never") return;
      sums.back++;
      took(cut, awayMs);
    },
    cut(): void {
      sums.open--;
      sums.cut++;
    },
    refused: (status: number) => count(`stream ${status}`),
    /** Milliseconds, `null` if there is none. */
    quantile(what: Timed, percent: number): number | null {
      const histogram = times.get(what);
      return histogram ? histogram.percentile(percent) / 1_000 : null;
    },
    most: (what: Timed): number | null => (times.has(what) ? times.get(what)!.max / 1_000 : null),
    forget: () => times.clear(),
  };

  function took(what: Timed, ms: number): void {
    if (what === "turn") sums.turns++;
    if (what === "webhook") sums.webhooks++;
    let histogram = times.get(what);
    if (!histogram) times.set(what, (histogram = createHistogram({ figures: 2 })));
    histogram.record(Math.max(1, Math.round(ms * 1_000)));
  }
  function count(what: string): void {
    statuses.set(what, (statuses.get(what) ?? 0) + 1);
  }
}

export type Tally = ReturnType<typeof createTally>;
