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
  /** The same through what was left after each of the collector's big rounds; `null` with fewer than three of them. */
  kept: { rounds: number; mbPerHour: number; errorMbPerHour: number } | null;
}

/** A big round gives back so much of what there was; growth by a fifth of that begins the next tooth. */
const GIVEN_BACK = 0.08;

/**
 * How memory grows in a process. Lives that end after a minute cannot tell growth from settling, so only the longest life of all
 * is fitted, from its second minute on; `null` when even that one was too short.
 */
export function slopeOf(lives: Life[]): Slope | null {
  const [longest] = lives.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const samples = (longest?.samples ?? []).filter(({ at }) => at >= SETTLES_WITHIN_SECONDS);
  const [first] = samples;
  const last = samples.at(-1);
  if (!longest || !first || !last || last.at - first.at < SAYS_SOMETHING_AFTER_SECONDS) return null;
  const troughs = troughsOf(samples);
  return {
    bridge: longest.bridge,
    seconds: last.at - first.at,
    fromMB: first.bytes / MB,
    toMB: last.bytes / MB,
    ...lineThrough(samples),
    kept: troughs.length < 3 ? null : { rounds: troughs.length, ...lineThrough(troughs) },
  };
}

type Sample = Life["samples"][number];

function lineThrough(samples: Sample[]): { mbPerHour: number; errorMbPerHour: number } {
  const meanAt = mean(samples.map(({ at }) => at));
  const meanMB = mean(samples.map(({ bytes }) => bytes / MB));
  const spread = sum(samples.map(({ at }) => (at - meanAt) ** 2));
  const slope = sum(samples.map(({ at, bytes }) => (at - meanAt) * (bytes / MB - meanMB))) / spread;
  const rest = sum(samples.map(({ at, bytes }) => (bytes / MB - meanMB - slope * (at - meanAt)) ** 2));
  return { mbPerHour: slope * 3_600, errorMbPerHour: Math.sqrt(rest / (samples.length - 2) / spread) * 3_600 };
}

/** Memory is a saw: it grows until the collector gives most of it back. What is kept for good shows between its teeth. */
function troughsOf(samples: Sample[]): Sample[] {
  const troughs: Sample[] = [];
  let peak = 0;
  let lowest: Sample | null = null;
  for (const sample of samples) {
    if (lowest === null) {
      peak = Math.max(peak, sample.bytes);
      if (sample.bytes < peak * (1 - GIVEN_BACK)) lowest = sample;
    } else if (sample.bytes < lowest.bytes) lowest = sample;
    else if (sample.bytes > lowest.bytes * (1 + GIVEN_BACK / 5)) {
      troughs.push(lowest);
      peak = sample.bytes;
      lowest = null;
    }
  }
  return troughs;
}

const MB = 1_000_000;
const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
const mean = (values: number[]) => sum(values) / values.length;
const lengthOf = ({ samples }: Life) => (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
