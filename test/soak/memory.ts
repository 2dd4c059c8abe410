import type { Life } from "./fleet.ts";

/** A process that has just begun is still growing: so much of its life says nothing. */
const SETTLES_WITHIN_SECONDS = 60;
const SAYS_SOMETHING_AFTER_SECONDS = 60;

export interface Slope {
  bridge: number;
  /** Seconds of the life that were looked at. */
  seconds: number;
  fromMB: number;
  toMB: number;
  /** A straight line through all samples, and how far it may be off (one standard error of the fit). */
  mbPerHour: number;
  errorMbPerHour: number;
  /** The same through what nothing could collect; `null` where that was told fewer than four times. */
  kept: { times: number; fromMB: number; toMB: number; mbPerHour: number; errorMbPerHour: number } | null;
}

/** How much memory there was at a second of a process's life. */
export interface Sample {
  at: number;
  bytes: number;
}

/**
 * How memory grows in a process, resident and kept: the first is a saw, which may happen to end on a tooth. Lives that end after a minute cannot tell growth from settling, so only the longest life of all
 * is fitted, from its second minute on; `null` when even that one was too short.
 */
export function slopeOf(lives: Life[], keptBy: (pid: number) => Sample[]): Slope | null {
  const [longest] = lives.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const samples = (longest?.samples ?? []).filter(({ at }) => at >= SETTLES_WITHIN_SECONDS);
  const [first] = samples;
  const last = samples.at(-1);
  if (!longest || !first || !last || last.at - first.at < SAYS_SOMETHING_AFTER_SECONDS) return null;
  const kept = keptBy(longest.pid).filter(({ at }) => at >= SETTLES_WITHIN_SECONDS);
  return {
    bridge: longest.bridge,
    seconds: last.at - first.at,
    fromMB: first.bytes / MB,
    toMB: last.bytes / MB,
    ...lineThrough(samples),
    kept: kept.length < 4 ? null : { times: kept.length, fromMB: kept[0]!.bytes / MB, toMB: kept.at(-1)!.bytes / MB, ...lineThrough(kept) },
  };
}

function lineThrough(samples: Sample[]): { mbPerHour: number; errorMbPerHour: number } {
  const meanAt = mean(samples.map(({ at }) => at));
  const meanMB = mean(samples.map(({ bytes }) => bytes / MB));
  const spread = sum(samples.map(({ at }) => (at - meanAt) ** 2));
  const slope = sum(samples.map(({ at, bytes }) => (at - meanAt) * (bytes / MB - meanMB))) / spread;
  const rest = sum(samples.map(({ at, bytes }) => (bytes / MB - meanMB - slope * (at - meanAt)) ** 2));
  return { mbPerHour: slope * 3_600, errorMbPerHour: Math.sqrt(rest / (samples.length - 2) / spread) * 3_600 };
}

const MB = 1_000_000;
const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
const mean = (values: number[]) => sum(values) / values.length;
const lengthOf = ({ samples }: Life) => (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
