import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** What a soak is asked for. */
export interface Options {
  minutes: number;
  streams: number;
  /** A second. */
  turns: number;
  webhooks: number;
  /** Seconds from one fault to the next. */
  every: number;
  /** So many rolling restarts in place of kills, after which it ends. 0: kills. */
  restarts: number;
  /** All bridges are killed at once before the load begins. */
  storm: boolean;
  /** So many acknowledged lines are taken out of the final lists before they are checked: then the check must fail. */
  lose: number;
}

/** What a person can do about a mistake. */
export class OptionsError extends Error {
  override name = "OptionsError";
}

const FILES_BESIDE_STREAMS = 500;

/** Reads the command line, within what this machine allows. Throws an `OptionsError`. */
export function readOptions(args: string[], filesAllowed = filesAllowedHere()): Options {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        minutes: { type: "string", default: "1" },
        streams: { type: "string", default: "1000" },
        turns: { type: "string", default: "200" },
        webhooks: { type: "string", default: "200" },
        every: { type: "string", default: "30" },
        restarts: { type: "string", default: "0" },
        storm: { type: "boolean", default: false },
        lose: { type: "string", default: "0" },
      },
    }));
  } catch (error) {
    throw new OptionsError(
      `${error instanceof Error ? error.message : String(error)}\nsoak knows --minutes, --streams, --turns, --webhooks, --every, --restarts, --lose and --storm.`,
      { cause: error },
    );
  }
  const number = (name: string, least: number, most: number, isWhole = true): number => {
    const value = Number(values[name]);
    if (values[name] !== "" && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
    throw new OptionsError(`--${name} ${String(values[name])}: write a ${isWhole ? "whole " : ""}number from ${least} to ${most}.`);
  };
  const options: Options = {
    minutes: number("minutes", 0.05, 24 * 60, false),
    streams: number("streams", 2, 100_000),
    turns: number("turns", 0, 10_000),
    webhooks: number("webhooks", 0, 10_000),
    every: number("every", 1, 3_600, false),
    restarts: number("restarts", 0, 1_000),
    storm: values["storm"] === true,
    lose: number("lose", 0, 1_000),
  };
  const files = options.streams + FILES_BESIDE_STREAMS;
  if (files > filesAllowed)
    throw new OptionsError(
      `--streams ${options.streams} needs ${files} open files in one process, and ${filesAllowed} are allowed: raise that with ulimit -n ${files}, or ask for ${Math.max(2, filesAllowed - FILES_BESIDE_STREAMS)}.`,
    );
  return options;
}

function filesAllowedHere(): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Infinity);
}
